-- The shop's database. updated_at is when the shop last changed the row.
create table stores (
    store_id bigint not null,
    store_name text not null,
    updated_at timestamptz not null
);

create table households (
    household_id bigint not null,
    age_band text,
    income_band text,
    home_ownership text,
    marital_status text,
    household_size text,
    household_composition text,
    kids_count text,
    updated_at timestamptz not null
);

create table products (
    product_id bigint not null,
    manufacturer_id bigint not null,
    department text not null,
    brand text not null,
    product_category text,
    product_type text,
    package_size text,
    shelf_price_cents int,
    updated_at timestamptz not null
);

create table baskets (
    basket_id bigint not null,
    household_id bigint not null,
    store_id bigint not null,
    rung_up_at timestamptz not null,
    status text not null check (status in ('completed', 'voided')),
    updated_at timestamptz not null
);

create table basket_lines (
    basket_id bigint not null,
    product_id bigint not null,
    quantity bigint not null,
    sales_value_cents int not null,
    retail_discount_cents int not null,
    coupon_discount_cents int not null,
    coupon_match_discount_cents int not null,
    updated_at timestamptz not null
);

grant usage on schema public to ingest;
grant select on all tables in schema public to ingest;
