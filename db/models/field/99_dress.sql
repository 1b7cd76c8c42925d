-- What the views and functions of lazi and analytics have in common: owner, grants, and comments. A column that stands in
-- a cached table, too, means the same there; the others are told here, once for all views.

do $$
declare
    item record;
    meanings constant jsonb := $json${
        "time_zone": "zone that decides the tenant's day [IANA zone]",
        "currency": "currency of every amount [ISO 4217]",
        "recall_window_days": "days after completion in which a recall counts [days]",
        "early_tolerance": "how much before its window an arrival is still on time [interval]",
        "late_grace": "how much after its window an arrival is still on time [interval]",
        "kind": "what it is: shift, off, block, work, drive or booked; job, adjustment, membership or other [code]",
        "span": "from and to [UTC span]",
        "local_date": "day [tenant-local date]",
        "day": "day [tenant-local date]",
        "available_s": "shifts less time off and blocked time [seconds]",
        "work_s": "from arrival to done, overlaps once [seconds]",
        "work_in_available_s": "the part of work that lies in available time [seconds]",
        "work_outside_s": "the part of work that lies outside [seconds]",
        "drive_s": "from dispatch to arrival, outside of work [seconds]",
        "booked_s": "appointments that lie in available time [seconds]",
        "utilisation_pct": "work in available time of available time [percent 0-100]",
        "load_pct": "work of available time, may pass 100 [percent]",
        "booked_pct": "booked of available time [percent 0-100]",
        "invoice_item_id": "line of an invoice [vendor id]",
        "recognised_on": "day it counts on, null while it does not count [tenant-local date]",
        "revenue_cents": "revenue before tax [cents]",
        "job_cents": "revenue of completed jobs [cents]",
        "adjustment_cents": "corrections of earlier invoices [cents]",
        "membership_cents": "bills of memberships [cents]",
        "other_cents": "counter sales and the rest [cents]",
        "booked_on": "day it was booked [tenant-local date]",
        "cancelled_on": "day it was cancelled [tenant-local date]",
        "cancel_date_estimated": "no log says when: the last change stands for it [boolean]",
        "booked": "jobs booked [count]",
        "completed": "jobs completed [count]",
        "cancelled": "jobs cancelled [count]",
        "still_open": "jobs neither completed nor cancelled yet [count]",
        "closed_ok_pct": "completed of completed and cancelled [percent 0-100]",
        "cancel_pct": "cancelled of booked [percent 0-100]",
        "outcome": "early, on_time, late, no_record or pending [code]",
        "minutes_late": "minutes after the window, begun ones count [minutes]",
        "early": "arrivals before their window [count]",
        "on_time": "arrivals in their window [count]",
        "late": "arrivals after their window [count]",
        "no_record": "done without a recorded arrival [count]",
        "pending": "not arrived yet [count]",
        "on_time_pct": "on time of all arrivals [percent 0-100]",
        "not_late_pct": "early and on time of all arrivals [percent 0-100]",
        "coverage_pct": "arrivals of all but the pending ones [percent 0-100]",
        "opportunity": "could have been converted [boolean]",
        "converted": "the invoice reached the job type's threshold [boolean]",
        "basis": "payroll or clock [code]",
        "seconds": "union of the employee's time on the job [seconds]",
        "cost_cents": "what it cost, null where the rate is not known [cents]",
        "parts_cents": "cost of all lines [cents]",
        "labour_cents": "cost of labour [cents]",
        "labour_basis": "payroll, clock or none [code]",
        "gross_profit_cents": "revenue less parts and labour [cents]",
        "margin_pct": "gross profit of revenue [percent]",
        "complete": "no cost is unknown [boolean]",
        "counts_in_figures": "is no dummy [boolean]",
        "phone_primary": "best number of his contacts [text]",
        "completed_on": "completed, null unless it is [UTC or tenant-local date]",
        "duration": "whole minutes between the two actual times [minutes]",
        "status": "where it stands, in our words [code]",
        "email": "best address [text or list of text]",
        "invoice_id": "invoice [vendor id]",
        "job_id": "job [vendor id]"
    }$json$;
    about constant jsonb := $json${
        "tenant_settings": "Settings of a field-service company",
        "v_technician_interval": "Spans of technicians' time, before they are cut into days",
        "v_technician_day": "M1: technicians' days worked out anew; the kept ones are lazi.technician_days",
        "technician_days": "M1: technicians' days, kept",
        "v_revenue_line": "M2: lines on income accounts with the day they count on",
        "v_revenue_by_business_unit_day": "M2: revenue by business unit and day",
        "v_job_fact": "M3: jobs with their days",
        "v_job_flow_day": "M3: jobs booked, completed and cancelled, each on its own day",
        "v_job_cohort_day": "M3: what became of the jobs booked on a day",
        "v_arrival": "M4: first arrivals against promised windows",
        "v_on_time_day": "M4: arrivals by the day of their window",
        "v_technician_job_revenue": "M8: a job's revenue shared by its splits",
        "v_job_conversion": "M8: completed jobs that were, or could have been, converted",
        "v_job_labour": "What a job's labour cost, by employee",
        "v_job_gross_profit": "M10: gross profit of completed jobs",
        "customers": "Customers. Personal data",
        "locations": "Places of service. Personal data",
        "technicians": "Technicians. Personal data",
        "jobs": "Jobs with our gross profit beside them",
        "appointments": "Appointments",
        "invoices": "Invoices"
    }$json$;
begin
    for item in
        select c.oid::regclass as relation, c.relname
        from pg_catalog.pg_class c
        where c.relnamespace in ('lazi'::regnamespace, 'analytics'::regnamespace) and c.relkind = 'v'
    loop
        execute format('alter view %s owner to pitwall_owner', item.relation);
        execute format('grant select on %s to authenticated, pitwall_sync, pitwall_ops', item.relation);
        execute format('comment on view %s is %L', item.relation, about ->> item.relname);
    end loop;
    for item in
        select c.oid::regclass as relation, a.attname, coalesce(
            meanings ->> a.attname,
            (select min(col_description(t.oid, o.attnum))
             from pg_catalog.pg_class t
             join pg_catalog.pg_attribute o on o.attrelid = t.oid and o.attname = a.attname
             where t.relnamespace = 'raw'::regnamespace and t.relname like 'st\_%' and t.relkind = 'r')) as meaning
        from pg_catalog.pg_class c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace in ('lazi'::regnamespace, 'analytics'::regnamespace) and c.relkind = 'v'
    loop
        if item.meaning is null then
            raise exception 'no meaning for column % of %', item.attname, item.relation;
        end if;
        execute format('comment on column %s.%I is %L', item.relation, item.attname, item.meaning);
    end loop;
    for item in
        select p.oid::regprocedure as routine
        from pg_catalog.pg_proc p
        where p.pronamespace in ('lazi'::regnamespace, 'analytics'::regnamespace)
    loop
        execute format('alter function %s owner to pitwall_owner', item.routine);
        execute format('call ops.close_function(%L)', item.routine);
        execute format('grant execute on function %s to authenticated, pitwall_sync, pitwall_ops', item.routine);
    end loop;
end
$$;
