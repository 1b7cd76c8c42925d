left join warehouse.repair_orders o on o.shop_id = $1 and o.id = s.repair_order_id
left join warehouse.employees e on e.shop_id = $1 and e.id = s.service_advisor_id
left join warehouse.customers c on c.shop_id = $1 and c.id = o.customer_id
