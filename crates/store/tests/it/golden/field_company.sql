-- The worked examples of the measures (docs/servicetitan.md): eleven tenants with invented records, only the columns that
-- the measures read. Loaded into tables of the examples own shape first, then copied into the cache.
create schema f0;
CREATE TABLE f0.st_jobs (tenant_id bigint, st_id varchar(50), job_number varchar(50), status varchar(50),
  business_unit_id varchar(50), job_type_id varchar(50), created_on timestamptz, completed_on timestamptz,
  modified_on timestamptz, recall_for_id varchar(50), warranty_for_id varchar(50), no_charge boolean DEFAULT false,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_appointments (tenant_id bigint, st_id varchar(50), job_id varchar(50),
  start_time timestamptz, end_time timestamptz, arrival_window_start_at timestamptz, arrival_window_end_at timestamptz,
  status varchar(50), unused boolean DEFAULT false, active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_appointment_assignments (tenant_id bigint, st_id varchar(50), appointment_id varchar(50),
  job_id varchar(50), technician_id varchar(50), status varchar(50), active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_job_timesheets (tenant_id bigint, st_id varchar(50), job_id varchar(50), appointment_id varchar(50),
  technician_id varchar(50), dispatched_on timestamptz, arrived_on timestamptz, canceled_on timestamptz, done_on timestamptz,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_technician_shifts (tenant_id bigint, st_id varchar(50), technician_id varchar(50), shift_type varchar(20),
  start_time timestamptz, end_time timestamptz, active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_non_job_appointments (tenant_id bigint, st_id varchar(50), technician_id varchar(50),
  start_time timestamptz, end_time timestamptz, blocks_capacity boolean, active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_arrival_windows (tenant_id bigint, st_id varchar(50), start_local time, duration interval,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_job_types (tenant_id bigint, st_id varchar(50), name varchar(255), sold_threshold_cents bigint, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_job_canceled_logs (tenant_id bigint, st_id varchar(50), job_id varchar(50), reason_id varchar(50),
  created_on timestamptz, active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_invoices (tenant_id bigint, st_id varchar(50), job_id varchar(50), membership_id varchar(50),
  adjustment_to_id varchar(50), business_unit_id varchar(50), customer_id varchar(50), invoice_date date, due_date date,
  subtotal_cents bigint, sales_tax_cents bigint, total_cents bigint, balance_cents bigint,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_invoice_items (tenant_id bigint, st_id varchar(50), invoice_id varchar(50), item_type varchar(30),
  gl_account_type varchar(50), business_unit_id varchar(50), membership_type_id varchar(50) DEFAULT '0',
  total_cents bigint, active boolean DEFAULT true, total_cost_cents bigint, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_payments (tenant_id bigint, st_id varchar(50), customer_id varchar(50), paid_on date, total_cents bigint,
  unapplied_cents bigint, active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_payment_applications (tenant_id bigint, st_id varchar(50), payment_id varchar(50), invoice_id varchar(50),
  applied_cents bigint, applied_on date, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_job_splits (tenant_id bigint, st_id varchar(50), job_id varchar(50), technician_id varchar(50),
  split numeric(9,4), active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_membership_types (tenant_id bigint, st_id varchar(50), name text, revenue_recognition varchar(20), UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_membership_billing_options (tenant_id bigint, st_id varchar(50), membership_type_id varchar(50), duration_months int,
  billing_frequency varchar(20), sale_price_cents bigint, billing_price_cents bigint, renewal_price_cents bigint,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_memberships (tenant_id bigint, st_id varchar(50), membership_type_id varchar(50), business_unit_id varchar(50),
  status varchar(20), billing_frequency varchar(20), duration_months int, starts_on date, ends_on date, cancelled_on date,
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_membership_status_changes (tenant_id bigint, st_id varchar(50), membership_id varchar(50),
  old_status varchar(20), new_status varchar(20), created_on timestamptz, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_technicians (tenant_id bigint, st_id varchar(50), name varchar(255), hourly_rate numeric(12,4), burden_rate numeric(12,4),
  active boolean DEFAULT true, UNIQUE (tenant_id, st_id));
CREATE TABLE f0.st_gross_pay_items (tenant_id bigint, st_id varchar(200), technician_id varchar(50), job_id varchar(50), pay_type varchar(30),
  amount_cents bigint, adjustment_cents bigint, UNIQUE (tenant_id, st_id));

-- F1 utilisation (tenant 1001; Chicago is UTC-6 on 2 March 2026, UTC-5 from 8 March)
INSERT INTO f0.st_technician_shifts VALUES
 (1001,'s1','501','Normal','2026-03-02T14:00Z','2026-03-02T23:00Z'),
 (1001,'s2','501','TimeOff','2026-03-02T18:00Z','2026-03-02T18:30Z'),
 (1001,'s3','502','Normal','2026-03-03T02:00Z','2026-03-03T10:00Z'),
 (1001,'s4','501','Normal','2026-03-08T06:00Z','2026-03-08T13:00Z'),
 (1001,'s5','501','OnCall','2026-03-03T00:00Z','2026-03-03T06:00Z'),
 (1001,'s6','501','Normal','2026-03-02T20:00Z','2026-03-02T23:00Z');
INSERT INTO f0.st_technician_shifts VALUES
 (1001,'s7','501','Normal','2026-03-03T14:00Z','2026-03-03T23:00Z',false);
INSERT INTO f0.st_non_job_appointments VALUES
 (1001,'n1','501','2026-03-02T22:00Z','2026-03-02T23:00Z',true),
 (1001,'n2','501','2026-03-02T15:00Z','2026-03-02T15:30Z',false);
INSERT INTO f0.st_job_timesheets VALUES
 (1001,'t1','j1','a1','501','2026-03-02T13:45Z','2026-03-02T14:05Z',NULL,'2026-03-02T16:00Z'),
 (1001,'t2','j2','a2','501','2026-03-02T16:00Z','2026-03-02T16:20Z',NULL,'2026-03-02T18:15Z'),
 (1001,'t3','j3','a3','501','2026-03-02T18:40Z','2026-03-02T19:00Z',NULL,'2026-03-02T22:30Z'),
 (1001,'t4','j4','a4','501','2026-03-02T21:20Z','2026-03-02T21:30Z',NULL,'2026-03-02T22:15Z'),
 (1001,'t5','j5','a5','501','2026-03-02T16:00Z','2026-03-02T16:10Z','2026-03-02T16:30Z',NULL),
 (1001,'t6','j6','a6','502','2026-03-03T04:45Z','2026-03-03T05:00Z',NULL,'2026-03-03T07:30Z'),
 (1001,'t7','j7','a7','502',NULL,'2026-03-03T08:00Z',NULL,NULL),
 (1001,'t8','j8','a8','501',NULL,'2026-03-08T06:30Z',NULL,'2026-03-08T10:00Z'),
 (1001,'t9','j9','a9','503',NULL,'2026-03-02T15:00Z',NULL,'2026-03-02T16:00Z');
INSERT INTO f0.st_appointments VALUES
 (1001,'a1','j1','2026-03-02T14:00Z','2026-03-02T16:00Z',NULL,NULL,'Done'),
 (1001,'a2','j2','2026-03-02T16:00Z','2026-03-02T18:00Z',NULL,NULL,'Done'),
 (1001,'a3','j3','2026-03-02T19:00Z','2026-03-02T21:00Z',NULL,NULL,'Done'),
 (1001,'a10','j10','2026-03-02T21:00Z','2026-03-02T22:00Z',NULL,NULL,'Canceled');
INSERT INTO f0.st_appointments VALUES
 (1001,'a11','j11','2026-03-02T21:00Z','2026-03-02T22:00Z',NULL,NULL,'Scheduled',true);
INSERT INTO f0.st_appointment_assignments VALUES
 (1001,'x1','a1','j1','501','Done'),(1001,'x2','a2','j2','501','Done'),(1001,'x3','a3','j3','501','Done'),
 (1001,'x4','a10','j10','501','Scheduled'),(1001,'x5','a11','j11','501','Scheduled');
INSERT INTO f0.st_appointment_assignments VALUES (1001,'x6','a3','j3','502','Done',false);

-- F2 revenue (tenant 1002)
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, created_on, completed_on) VALUES
 (1002,'100','Completed','11','2026-03-01T15:00Z','2026-03-03T05:30Z'),
 (1002,'101','InProgress','11','2026-03-01T15:00Z',NULL),
 (1002,'102','Completed','12','2026-03-01T15:00Z','2026-03-02T20:00Z'),
 (1002,'103','Canceled','11','2026-03-01T15:00Z','2026-03-02T21:00Z');
INSERT INTO f0.st_invoices (tenant_id, st_id, job_id, membership_id, adjustment_to_id, business_unit_id, invoice_date, subtotal_cents, sales_tax_cents, total_cents, active) VALUES
 (1002,'900','100',NULL,NULL,'11','2026-03-02',46050,2831,48881,true),
 (1002,'901','101',NULL,NULL,'11','2026-03-02',50000,0,50000,true),
 (1002,'902','102',NULL,NULL,'12','2026-03-04',12000,0,12000,true),
 (1002,'903','100',NULL,'900','11','2026-03-05',-5000,0,-5000,true),
 (1002,'904',NULL,'700',NULL,'12','2026-03-05',1995,0,1995,true),
 (1002,'905','102',NULL,NULL,'12','2026-03-02',99900,0,99900,false),
 (1002,'906','103',NULL,NULL,'11','2026-03-02',8000,0,8000,true);
INSERT INTO f0.st_invoice_items (tenant_id, st_id, invoice_id, item_type, gl_account_type, business_unit_id, total_cents, active) VALUES
 (1002,'1','900','Service','Income',NULL,28900,true),
 (1002,'2','900','Material','Income','12',14650,true),
 (1002,'3','900','PriceModifier','Income',NULL,-2500,true),
 (1002,'4','900','Service','Current Liability',NULL,5000,true),
 (1002,'5','901','Service','Income',NULL,50000,true),
 (1002,'6','902','Service','Income',NULL,12000,true),
 (1002,'7','903','Service','Income','11',-5000,true),
 (1002,'8','904','Service','Income',NULL,1995,true),
 (1002,'9','905','Service','Income',NULL,99900,true),
 (1002,'10','906','Service','Income',NULL,8000,true),
 (1002,'11','902','Material','Income',NULL,7777,false);
-- same vendor ids, other tenant, other zone: must never mix
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, created_on, completed_on) VALUES
 (2002,'100','Completed','11','2026-03-01T15:00Z','2026-03-03T06:59:59Z');
INSERT INTO f0.st_invoices (tenant_id, st_id, job_id, business_unit_id, invoice_date, subtotal_cents, sales_tax_cents, total_cents) VALUES
 (2002,'900','100','11','2026-03-02',10000,0,10000);
INSERT INTO f0.st_invoice_items (tenant_id, st_id, invoice_id, item_type, gl_account_type, total_cents) VALUES
 (2002,'1','900','Service','Income',10000);

-- F3 job flow (tenant 1003)
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, created_on, completed_on, modified_on, active) VALUES
 (1003,'1','Completed','11','2026-03-02T16:00Z','2026-03-02T22:00Z','2026-03-02T22:00Z',true),
 (1003,'2','Completed','11','2026-03-02T16:00Z','2026-03-04T03:00Z','2026-03-04T03:00Z',true),
 (1003,'3','Canceled','11','2026-03-02T16:00Z','2026-03-03T15:00Z','2026-03-05T15:00Z',true),
 (1003,'4','Scheduled','11','2026-03-03T05:59Z',NULL,'2026-03-03T05:59Z',true),
 (1003,'5','Scheduled','11','2026-03-03T06:00Z',NULL,'2026-03-03T06:00Z',true),
 (1003,'6','Canceled','11','2026-03-03T16:00Z',NULL,'2026-03-03T18:00Z',true),
 (1003,'7','Scheduled','11','2026-03-02T17:00Z',NULL,'2026-03-02T17:00Z',true),
 (1003,'8','Completed','11','2026-03-02T17:00Z','2026-03-02T20:00Z','2026-03-02T20:00Z',false);
INSERT INTO f0.st_job_canceled_logs VALUES
 (1003,'c1','3','91','2026-03-02T18:00Z'), (1003,'c2','3','91','2026-03-03T15:00Z'), (1003,'c3','7','91','2026-03-02T18:00Z');

-- F4 arrivals (tenant 1004), every window 2 March 2026 08:00-10:00 local
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id) VALUES (1004,'1','Completed','11'),(1004,'2','Canceled','11');
INSERT INTO f0.st_appointments (tenant_id, st_id, job_id, start_time, end_time, arrival_window_start_at, arrival_window_end_at, status, unused)
SELECT 1004, v.id, v.job, '2026-03-02T14:00Z','2026-03-02T17:00Z','2026-03-02T14:00Z','2026-03-02T16:00Z', v.status, v.unused
  FROM (VALUES ('1','1','Done',false),('2','1','Done',false),('3','1','Done',false),('4','1','Done',false),('5','1','Done',false),
               ('6','1','Canceled',false),('7','1','Done',true),('8','1','Scheduled',false),('9','1','Done',false),('10','2','Done',false),
               ('11','1','Done',false)) v(id, job, status, unused);
INSERT INTO f0.st_job_timesheets VALUES
 (1004,'1','1','1','501',NULL,'2026-03-02T14:05Z',NULL,'2026-03-02T15:00Z'),
 (1004,'2','1','2','501',NULL,'2026-03-02T16:00:00Z',NULL,'2026-03-02T17:00Z'),
 (1004,'3','1','3','501',NULL,'2026-03-02T16:00:01Z',NULL,'2026-03-02T17:00Z'),
 (1004,'4','1','4','501',NULL,'2026-03-02T13:50Z',NULL,'2026-03-02T15:00Z'),
 (1004,'6','1','6','501',NULL,'2026-03-02T14:10Z',NULL,'2026-03-02T15:00Z'),
 (1004,'9','1','9','501',NULL,'2026-03-02T17:30Z',NULL,'2026-03-02T18:00Z'),
 (1004,'9b','1','9','502',NULL,'2026-03-02T15:59:59.9999999Z',NULL,'2026-03-02T18:00Z'),
 (1004,'10','2','10','502',NULL,'2026-03-02T14:30Z',NULL,'2026-03-02T15:00Z'),
 (1004,'11','1','11','501','2026-03-02T14:00Z','2026-03-02T14:10Z','2026-03-02T14:12Z',NULL);

-- F5 first-time fix (tenant 1005), window 30 days, as of 15 April 2026
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, created_on, completed_on, recall_for_id, warranty_for_id) VALUES
 (1005,'1','Completed','11','2026-03-01T15:00Z','2026-03-02T20:00Z',NULL,NULL),
 (1005,'2','Completed','11','2026-03-01T15:00Z','2026-03-02T20:00Z',NULL,NULL),
 (1005,'3','Completed','11','2026-03-10T15:00Z','2026-03-11T20:00Z','2',NULL),
 (1005,'4','Completed','11','2026-03-20T15:00Z','2026-03-21T20:00Z',NULL,'3'),
 (1005,'5','Completed','11','2026-03-01T15:00Z','2026-03-02T20:00Z',NULL,NULL),
 (1005,'6','Completed','11','2026-04-05T15:00Z','2026-04-06T20:00Z','5',NULL),
 (1005,'7','Completed','11','2026-03-01T15:00Z','2026-03-02T20:00Z',NULL,NULL),
 (1005,'8','Canceled','11','2026-03-05T15:00Z',NULL,'7',NULL),
 (1005,'9','Completed','12','2026-03-01T15:00Z','2026-03-03T20:00Z',NULL,NULL),
 (1005,'10','Completed','12','2026-03-25T15:00Z','2026-03-31T20:00Z',NULL,NULL),
 (1005,'11','Completed','12','2026-04-08T15:00Z','2026-04-09T20:00Z','10',NULL),
 (1005,'12','Completed','12','2026-03-25T15:00Z','2026-03-31T20:00Z',NULL,NULL),
 (1005,'13','Completed','12','2026-03-01T15:00Z','2026-03-02T20:00Z',NULL,NULL),
 (1005,'14','Scheduled','12','2026-04-02T04:30Z',NULL,'13',NULL);
INSERT INTO f0.st_appointments (tenant_id, st_id, job_id, status, unused) VALUES
 (1005,'1','1','Done',false),(1005,'2','2','Done',false),(1005,'3','3','Done',false),(1005,'4','4','Done',false),(1005,'5','5','Done',false),
 (1005,'6','6','Done',false),(1005,'7','7','Done',false),(1005,'71','7','Done',true),(1005,'9','9','Done',false),(1005,'91','9','Done',false),
 (1005,'10','10','Done',false),(1005,'11','11','Done',false),(1005,'12','12','Done',false),(1005,'13','13','Done',false);
INSERT INTO f0.st_job_timesheets VALUES
 (1005,'1','2','2','502',NULL,'2026-03-02T15:00Z',NULL,'2026-03-02T17:00Z'),
 (1005,'2','2','2','501',NULL,'2026-03-02T15:00Z',NULL,'2026-03-02T16:00Z'),
 (1005,'3','2','2','501',NULL,'2026-03-02T17:00Z',NULL,'2026-03-02T18:30Z'),
 (1005,'4','3','3','503',NULL,'2026-03-11T15:00Z',NULL,'2026-03-11T17:00Z');

-- F6 memberships (tenant 1006)
INSERT INTO f0.st_membership_types VALUES (1006,'31','Comfort','Deferred');
INSERT INTO f0.st_membership_billing_options (tenant_id, st_id, membership_type_id, duration_months, billing_frequency, sale_price_cents, billing_price_cents, renewal_price_cents) VALUES
 (1006,'1','31',12,'Monthly',0,1995,0),(1006,'2','31',12,'Annual',0,19900,0),(1006,'3','31',24,'OneTime',35000,0,0),(1006,'4','31',NULL,'Quarterly',0,6000,0);
INSERT INTO f0.st_memberships (tenant_id, st_id, membership_type_id, status, billing_frequency, duration_months, starts_on, ends_on, cancelled_on) VALUES
 (1006,'1','31','Active','Monthly',12,'2026-01-01','2026-12-31',NULL),
 (1006,'2','31','Active','Annual',12,'2026-02-15','2027-02-14',NULL),
 (1006,'3','31','Active','OneTime',24,'2025-06-01','2027-05-31',NULL),
 (1006,'4','31','Canceled','Quarterly',NULL,'2025-01-01',NULL,'2026-03-10'),
 (1006,'5','31','Expired','Monthly',12,'2025-03-05','2026-03-04',NULL),
 (1006,'6','31','Active','Monthly',12,'2026-03-20','2027-03-19',NULL),
 (1006,'7','31','Suspended','Monthly',12,'2026-01-01','2026-12-31',NULL),
 (1006,'8','31','Active','BiAnnual',12,'2026-01-01','2026-12-31',NULL);
INSERT INTO f0.st_membership_status_changes VALUES
 (1006,'1','4','Active','Canceled','2026-03-10T15:00Z'),
 (1006,'2','5','Active','Expired','2026-03-05T08:00Z'),
 (1006,'3','7','Active','Suspended','2026-03-15T15:00Z');

-- F7 capacity (tenant 1007) on 3 March 2026
INSERT INTO f0.st_arrival_windows VALUES (1007,'1','08:00','4 hours'),(1007,'2','12:00','4 hours');
INSERT INTO f0.st_technician_shifts VALUES
 (1007,'1','501','Normal','2026-03-03T14:00Z','2026-03-03T22:00Z'),
 (1007,'2','502','Normal','2026-03-03T16:00Z','2026-03-03T20:00Z'),
 (1007,'3','502','TimeOff','2026-03-03T18:30Z','2026-03-03T19:00Z');
INSERT INTO f0.st_appointments (tenant_id, st_id, job_id, start_time, end_time, status) VALUES
 (1007,'1','1','2026-03-03T15:00Z','2026-03-03T16:30Z','Scheduled'),
 (1007,'2','2','2026-03-03T17:30Z','2026-03-03T19:00Z','Scheduled'),
 (1007,'3','3','2026-03-03T20:00Z','2026-03-03T21:00Z','Hold');
INSERT INTO f0.st_appointment_assignments VALUES
 (1007,'1','1','1','501','Scheduled'),(1007,'2','2','2','501','Scheduled'),(1007,'3','2','2','502','Scheduled'),(1007,'4','3','3','501','Scheduled');

-- F8 splits and conversion (tenant 1008)
INSERT INTO f0.st_job_types VALUES (1008,'21','Repair',15000),(1008,'22','Tune-up',NULL);
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, job_type_id, created_on, completed_on, no_charge) VALUES
 (1008,'1','Completed','11','21','2026-03-02T15:00Z','2026-03-02T20:00Z',false),
 (1008,'2','Completed','11','21','2026-03-02T15:00Z','2026-03-02T20:00Z',false),
 (1008,'3','Completed','11','22','2026-03-02T15:00Z','2026-03-02T20:00Z',false),
 (1008,'4','Completed','11','21','2026-03-02T15:00Z','2026-03-02T20:00Z',true),
 (1008,'5','Completed','11','21','2026-03-02T15:00Z','2026-03-02T20:00Z',false);
INSERT INTO f0.st_invoices (tenant_id, st_id, job_id, business_unit_id, invoice_date, subtotal_cents, sales_tax_cents, total_cents) VALUES
 (1008,'1','1','11','2026-03-02',10000,0,10000),(1008,'2','2','11','2026-03-02',15000,0,15000),(1008,'3','3','11','2026-03-02',8900,0,8900),(1008,'5','5','11','2026-03-02',14999,1200,16199);
INSERT INTO f0.st_invoice_items (tenant_id, st_id, invoice_id, item_type, gl_account_type, total_cents) VALUES
 (1008,'1','1','Service','Income',10000),(1008,'2','2','Service','Income',15000),(1008,'3','3','Service','Income',8900),(1008,'5','5','Service','Income',14999);
INSERT INTO f0.st_job_splits VALUES
 (1008,'1','1','501',33.3333),(1008,'2','1','502',33.3333),(1008,'3','1','503',33.3333),
 (1008,'4','2','501',100),(1008,'5','3','501',70),(1008,'6','3','502',30),(1008,'7','5','503',0),(1008,'8','5','502',100);

-- F9 receivables (tenant 1009) on 31 March 2026
INSERT INTO f0.st_invoices (tenant_id, st_id, customer_id, invoice_date, due_date, subtotal_cents, sales_tax_cents, total_cents, active) VALUES
 (1009,'1','c1','2026-03-01','2026-03-31',20000,0,20000,true),
 (1009,'2','c1','2026-02-01','2026-03-01',30000,2400,32400,true),
 (1009,'3','c2','2026-01-15','2026-01-29',10000,0,10000,true),
 (1009,'4','c2','2025-12-01',NULL,5000,0,5000,true),
 (1009,'5','c3','2026-03-10','2026-03-10',-4000,0,-4000,true),
 (1009,'6','c3','2026-03-01','2026-03-15',7500,0,7500,true),
 (1009,'7','c3','2026-03-01','2026-03-15',7500,0,7500,false);
INSERT INTO f0.st_payments (tenant_id, st_id, customer_id, paid_on, total_cents, unapplied_cents, active) VALUES
 (1009,'1','c1','2026-03-20',30000,5000,true),(1009,'2','c3','2026-04-02',7500,0,true),(1009,'3','c2','2026-02-10',10000,0,false);
INSERT INTO f0.st_payment_applications VALUES
 (1009,'1','1','2',25000,'2026-03-20'),(1009,'2','2','6',7500,'2026-04-02'),(1009,'3','3','3',10000,'2026-02-10');

-- F10 gross profit (tenant 1010)
INSERT INTO f0.st_technicians VALUES (1010,'501','Tech One',28.00,6.50),(1010,'502','Tech Two',NULL,NULL);
INSERT INTO f0.st_jobs (tenant_id, st_id, status, business_unit_id, created_on, completed_on)
SELECT 1010, g::text, 'Completed', '11', '2026-03-02T13:00Z', '2026-03-02T20:00Z' FROM generate_series(1, 3) g;
INSERT INTO f0.st_invoices (tenant_id, st_id, job_id, business_unit_id, invoice_date, subtotal_cents, sales_tax_cents, total_cents) VALUES
 (1010,'1','1','11','2026-03-02',41050,0,41050),(1010,'2','2','11','2026-03-02',41050,0,41050),(1010,'3','3','11','2026-03-02',20000,0,20000);
INSERT INTO f0.st_invoice_items (tenant_id, st_id, invoice_id, item_type, gl_account_type, total_cents, total_cost_cents) VALUES
 (1010,'1','1','Service','Income',26400,0),(1010,'2','1','Material','Income',14650,6210),
 (1010,'3','2','Service','Income',26400,0),(1010,'4','2','Material','Income',14650,6210),
 (1010,'5','3','Service','Income',15000,NULL),(1010,'6','3','Material','Income',5000,NULL);
INSERT INTO f0.st_job_timesheets VALUES
 (1010,'1','1','1','501','2026-03-02T13:45Z','2026-03-02T14:05Z',NULL,'2026-03-02T16:00Z'),
 (1010,'2','2','2','501','2026-03-02T13:45Z','2026-03-02T14:05Z',NULL,'2026-03-02T16:00Z'),
 (1010,'3','3','3','502',NULL,'2026-03-02T14:05Z',NULL,'2026-03-02T16:00Z');
INSERT INTO f0.st_gross_pay_items VALUES (1010,'p1','501','2','TimesheetTime',8000,500),(1010,'p2','501','2','Reimbursement',9900,0);

-- Into the cache; every tenant is a shop of the same number.
insert into raw.st_jobs (shop_id, tenant_id, st_id, job_number, status, business_unit_id, job_type_id, created_on, completed_on, modified_on, recall_for_id, warranty_for_id, no_charge, active)
select tenant_id, tenant_id, st_id, job_number, status, business_unit_id, job_type_id, created_on, completed_on, modified_on, recall_for_id, warranty_for_id, coalesce(no_charge, false), coalesce(active, true) from f0.st_jobs;
insert into raw.st_appointments (shop_id, tenant_id, st_id, job_id, start_time, end_time, arrival_window_start_at, arrival_window_end_at, status, unused, active)
select tenant_id, tenant_id, st_id, job_id, start_time, end_time, arrival_window_start_at, arrival_window_end_at, status, coalesce(unused, false), coalesce(active, true) from f0.st_appointments;
insert into raw.st_appointment_assignments (shop_id, tenant_id, st_id, appointment_id, job_id, technician_id, status, active)
select tenant_id, tenant_id, st_id, appointment_id, job_id, technician_id, status, coalesce(active, true) from f0.st_appointment_assignments;
insert into raw.st_job_timesheets (shop_id, tenant_id, st_id, job_id, appointment_id, technician_id, dispatched_on, arrived_on, canceled_on, done_on, active)
select tenant_id, tenant_id, st_id, job_id, appointment_id, technician_id, dispatched_on, arrived_on, canceled_on, done_on, coalesce(active, true) from f0.st_job_timesheets;
insert into raw.st_technician_shifts (shop_id, tenant_id, st_id, technician_id, shift_type, start_time, end_time, active)
select tenant_id, tenant_id, st_id, technician_id, shift_type, start_time, end_time, coalesce(active, true) from f0.st_technician_shifts;
insert into raw.st_non_job_appointments (shop_id, tenant_id, st_id, technician_id, start_time, end_time, blocks_capacity, active)
select tenant_id, tenant_id, st_id, technician_id, start_time, end_time, blocks_capacity, coalesce(active, true) from f0.st_non_job_appointments;
insert into raw.st_arrival_windows (shop_id, tenant_id, st_id, start_local, duration, active)
select tenant_id, tenant_id, st_id, start_local, duration, coalesce(active, true) from f0.st_arrival_windows;
insert into raw.st_job_types (shop_id, tenant_id, st_id, name, sold_threshold_cents)
select tenant_id, tenant_id, st_id, name, sold_threshold_cents from f0.st_job_types;
insert into raw.st_job_canceled_logs (shop_id, tenant_id, st_id, job_id, reason_id, created_on, active)
select tenant_id, tenant_id, st_id, job_id, reason_id, created_on, coalesce(active, true) from f0.st_job_canceled_logs;
insert into raw.st_invoices (shop_id, tenant_id, st_id, job_id, membership_id, adjustment_to_id, business_unit_id, customer_id, invoice_date, due_date, subtotal_cents, sales_tax_cents, total_cents, balance_cents, active)
select tenant_id, tenant_id, st_id, job_id, membership_id, adjustment_to_id, business_unit_id, customer_id, invoice_date, due_date, subtotal_cents, sales_tax_cents, total_cents, balance_cents, coalesce(active, true) from f0.st_invoices;
insert into raw.st_invoice_items (shop_id, tenant_id, st_id, invoice_id, item_type, gl_account_type, business_unit_id, membership_type_id, total_cents, active, total_cost_cents)
select tenant_id, tenant_id, st_id, invoice_id, item_type, gl_account_type, business_unit_id, membership_type_id, total_cents, coalesce(active, true), total_cost_cents from f0.st_invoice_items;
insert into raw.st_payments (shop_id, tenant_id, st_id, customer_id, paid_on, total_cents, unapplied_cents, active)
select tenant_id, tenant_id, st_id, customer_id, paid_on, total_cents, unapplied_cents, coalesce(active, true) from f0.st_payments;
insert into raw.st_payment_applications (shop_id, tenant_id, st_id, payment_id, invoice_id, applied_cents, applied_on)
select tenant_id, tenant_id, st_id, payment_id, invoice_id, applied_cents, applied_on from f0.st_payment_applications;
insert into raw.st_job_splits (shop_id, tenant_id, st_id, job_id, technician_id, split, active)
select tenant_id, tenant_id, st_id, job_id, technician_id, split, coalesce(active, true) from f0.st_job_splits;
insert into raw.st_membership_types (shop_id, tenant_id, st_id, name, revenue_recognition)
select tenant_id, tenant_id, st_id, name, revenue_recognition from f0.st_membership_types;
insert into raw.st_membership_billing_options (shop_id, tenant_id, st_id, membership_type_id, duration_months, billing_frequency, sale_price_cents, billing_price_cents, renewal_price_cents, active)
select tenant_id, tenant_id, st_id, membership_type_id, duration_months, billing_frequency, sale_price_cents, billing_price_cents, renewal_price_cents, coalesce(active, true) from f0.st_membership_billing_options;
insert into raw.st_memberships (shop_id, tenant_id, st_id, membership_type_id, business_unit_id, status, billing_frequency, duration_months, starts_on, ends_on, cancelled_on, active)
select tenant_id, tenant_id, st_id, membership_type_id, business_unit_id, status, billing_frequency, duration_months, starts_on, ends_on, cancelled_on, coalesce(active, true) from f0.st_memberships;
insert into raw.st_membership_status_changes (shop_id, tenant_id, st_id, membership_id, old_status, new_status, created_on)
select tenant_id, tenant_id, st_id, membership_id, old_status, new_status, created_on from f0.st_membership_status_changes;
insert into raw.st_technicians (shop_id, tenant_id, st_id, name, hourly_rate, burden_rate, active)
select tenant_id, tenant_id, st_id, name, hourly_rate, burden_rate, coalesce(active, true) from f0.st_technicians;
insert into raw.st_gross_pay_items (shop_id, tenant_id, st_id, employee_id, job_id, pay_type, amount_cents, adjustment_cents)
select tenant_id, tenant_id, st_id, technician_id, job_id, pay_type, amount_cents, adjustment_cents from f0.st_gross_pay_items;
