"""The business itself: sales, stores, customers, campaigns, prices."""
