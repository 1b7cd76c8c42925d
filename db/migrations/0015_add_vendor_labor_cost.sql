-- The vendor's own profit in two parts, and for which version of the order it was asked.

alter table warehouse.repair_orders
    add column vendor_profit_labor_cost bigint,
    add column vendor_profit_hash bytea;

comment on column warehouse.repair_orders.vendor_profit_labor_cost is
    'labour''s part of the cost in the vendor''s own profit, internal source [cents]';

comment on column warehouse.repair_orders.vendor_profit_hash is
    'fingerprint of the payload for which the vendor''s own profit was asked; differs when it is due again [XXH3-128]';
