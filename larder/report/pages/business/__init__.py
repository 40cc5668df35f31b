"""The business page: sales, stores, customers, campaigns, prices."""
