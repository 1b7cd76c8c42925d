//! An order as the vendor writes it, with all its null fields, and what it must come to.

use super::order::{Charge, Job, Labor, Order, Part, Sublet};
use super::{SHOP, Tally};
use jiff::Timestamp;
use std::fmt::Write as _;

const JOBS: [&str; 8] = [
    "Front brake pads and rotors",
    "Synthetic oil change and multi-point inspection",
    "Four wheel alignment",
    "Cooling system flush and pressure test",
    "Timing belt and water pump",
    "Battery and charging system service",
    "Suspension: lower control arms, both sides",
    "Diagnose check-engine light",
];

const PARTS: [&str; 10] = [
    "Brake pad set, ceramic",
    "Brake rotor, coated",
    "Oil 0W-20 full synthetic",
    "Oil filter",
    "Cabin air filter",
    "Coolant, universal",
    "Serpentine belt",
    "Lower control arm with ball joint",
    "Wheel bearing and hub assembly",
    "Battery, group 24F AGM",
];

/// The places of the tables in a [`Tally`].
const ORDERS: usize = 0;
const JOB_ROWS: usize = 1;
const PART_ROWS: usize = 2;
const LABOR_ROWS: usize = 3;
const FEE_ROWS: usize = 4;
const DISCOUNT_ROWS: usize = 5;
const SUBLET_ROWS: usize = 6;

struct Page<'a> {
    order: &'a Order,
    out: String,
    tally: Tally,
}

/// Renders an order.
pub fn order(order: &Order) -> (Tally, String) {
    let mut page = Page {
        order,
        out: String::with_capacity(9_000),
        tally: Tally::default(),
    };
    page.head();
    page.totals();
    page.list("jobs", &order.jobs, Page::job);
    page.out.push(',');
    page.list("sublets", &order.sublets, Page::sublet);
    page.out.push(',');
    page.charges(&order.fees, &order.discounts);
    page.tail();
    (page.tally, page.out)
}

impl Page<'_> {
    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(text);
    }

    fn list<T>(&mut self, name: &str, rows: &[T], one: impl Fn(&mut Self, &T)) {
        self.write(format_args!("\"{name}\":["));
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            one(self, row);
        }
        self.out.push(']');
    }

    fn head(&mut self) {
        let order = self.order;
        let (id, code) = (order.status.id, order.status.code);
        self.write(format_args!(
            "{{\"id\":{},\"repairOrderNumber\":{},\"shopId\":{SHOP},\
             \"repairOrderStatus\":{{\"id\":{id},\"code\":\"{code}\",\"name\":\"{code}\"}},\
             \"repairOrderLabel\":{{\"id\":{id},\"code\":\"{code}\",\"name\":\"{code}\",\
             \"status\":{{\"id\":{id},\"code\":\"{code}\",\"name\":\"{code}\"}}}},\
             \"repairOrderCustomLabel\":null,\"color\":\"#1786E8\",\"appointmentId\":null,\
             \"customerId\":{},\"vehicleId\":{},\"technicianId\":null,\"serviceWriterId\":{},\
             \"milesIn\":{},\"milesOut\":{},\"keytag\":null,\"completedDate\":{},\"postedDate\":{},",
            order.id,
            order.number,
            order.customer,
            order.vehicle,
            order.advisor,
            40_000 + order.number % 90_000,
            40_003 + order.number % 90_000,
            time(order.completed),
            time(order.posted),
        ));
    }

    fn totals(&mut self) {
        let order = self.order;
        let counted = |of: fn(&Job) -> i64| -> i64 {
            let jobs = order.jobs.iter().filter(|job| order.counts(job));
            jobs.map(of).sum()
        };
        let charged = |charges: &[Charge]| -> i64 { charges.iter().map(|c| c.total).sum() };
        let labor = counted(Job::labor_total);
        let parts = counted(Job::parts_total);
        let sublets: i64 = order.sublets.iter().map(|s| s.price).sum();
        let fees = counted(Job::fee_total) + charged(&order.fees);
        let discounts = counted(Job::discount_total) + charged(&order.discounts);
        let taxes = parts / 16;
        let total = labor + parts + sublets + fees + taxes - discounts;
        self.tally.add(ORDERS, total);
        let paid = if order.posted.is_some() { total } else { 0 };
        self.write(format_args!(
            "\"laborSales\":{labor},\"partsSales\":{parts},\"subletSales\":{sublets},\
             \"discountTotal\":{discounts},\"feeTotal\":{fees},\"taxes\":{taxes},\
             \"amountPaid\":{paid},\"totalSales\":{total},"
        ));
    }

    fn job(&mut self, job: &Job) {
        let order = self.order;
        self.tally.add(JOB_ROWS, job.subtotal());
        let authorized = job
            .authorized
            .map_or("null", |yes| if yes { "true" } else { "false" });
        let tenths: i64 = job.labor.iter().map(|line| line.hours).sum();
        let name = JOBS[usize::try_from(job.kind).unwrap_or(0) % JOBS.len()];
        self.write(format_args!(
            "{{\"id\":{},\"repairOrderId\":{},\"vehicleId\":{},\"customerId\":{},\"name\":\"{name}\",\
             \"authorized\":{authorized},\"authorizedDate\":{},\"selected\":true,\"technicianId\":{},\
             \"note\":\"Checked on the lift; the customer was shown photographs of the wear.\",\
             \"cannedJobId\":null,\"jobCategoryName\":\"Maintenance\",\"archived\":false,\
             \"partsTotal\":{},\"laborTotal\":{},\"feeTotal\":{},\"discountTotal\":{},\"subtotal\":{},\
             \"laborHours\":{}.{},\"loggedHours\":null,\"sort\":{},\"createdDate\":{},\"updatedDate\":null,\
             \"completedDate\":{},",
            job.id,
            order.id,
            order.vehicle,
            order.customer,
            time(job.decided),
            job.technician,
            job.parts_total(),
            job.labor_total(),
            job.fee_total(),
            job.discount_total(),
            job.subtotal(),
            tenths / 10,
            tenths % 10,
            job.id % 64,
            time(Some(order.created)),
            time(order.completed),
        ));
        self.list("labor", &job.labor, Self::labor);
        self.out.push(',');
        self.list("parts", &job.parts, Self::part);
        self.out.push(',');
        self.charges(&job.fees, &job.discounts);
        self.out.push('}');
    }

    fn labor(&mut self, line: &Labor) {
        self.tally.add(LABOR_ROWS, line.total());
        let technician = line
            .technician
            .map_or_else(|| "null".to_owned(), |id| id.to_string());
        self.write(format_args!(
            "{{\"id\":{},\"name\":\"Remove and replace, test drive\",\"rate\":{},\"hours\":{}.{},\
             \"complete\":true,\"technicianId\":{technician}}}",
            line.id,
            line.rate,
            line.hours / 10,
            line.hours % 10,
        ));
    }

    fn part(&mut self, part: &Part) {
        self.tally.add(PART_ROWS, part.total());
        let name = PARTS[usize::try_from(part.kind).unwrap_or(0) % PARTS.len()];
        self.write(format_args!(
            "{{\"id\":{},\"quantity\":{}.{:02},\"brand\":\"Sample\",\"name\":\"{name}\",\
             \"partNumber\":\"SP-{}\",\"description\":null,\"cost\":{},\"retail\":{},\"model\":null,\
             \"width\":null,\"ratio\":null,\"diameter\":null,\"constructionType\":null,\"loadIndex\":null,\
             \"loadRange\":null,\"speedRating\":null,\"mileageWarranty\":null,\"runFlat\":null,\
             \"partType\":{{\"id\":1,\"code\":\"PART\",\"name\":\"Part\"}},\"partStatus\":null}}",
            part.id,
            part.quantity / 100,
            part.quantity % 100,
            part.id % 10_000,
            part.cost,
            part.retail,
        ));
    }

    fn sublet(&mut self, sublet: &Sublet) {
        self.tally.add(SUBLET_ROWS, sublet.price);
        let Sublet {
            id, cost, price, ..
        } = sublet;
        let decided = time(Some(sublet.decided));
        self.write(format_args!(
            "{{\"id\":{id},\"name\":\"Camera calibration\",\"vendor\":{{\"id\":2201,\"name\":\"Sample Glass\",\
             \"nickname\":null,\"website\":null,\"phone\":null}},\"authorized\":true,\
             \"authorizedDate\":{decided},\"selected\":true,\"note\":null,\"items\":[{{\"id\":{id},\
             \"name\":\"Static calibration\",\"cost\":{cost},\"price\":{price},\"complete\":true}}],\
             \"price\":{price},\"cost\":{cost}}}"
        ));
    }

    fn charges(&mut self, fees: &[Charge], discounts: &[Charge]) {
        self.list("fees", fees, |page, fee| {
            page.charge((FEE_ROWS, "Shop Supplies"), fee)
        });
        self.out.push(',');
        self.list("discounts", discounts, |page, discount| {
            page.charge((DISCOUNT_ROWS, "Loyalty"), discount);
        });
    }

    fn charge(&mut self, (table, name): (usize, &str), charge: &Charge) {
        self.tally.add(table, charge.total);
        self.write(format_args!(
            "{{\"id\":{},\"name\":\"{name}\",\"total\":{}}}",
            charge.id, charge.total
        ));
    }

    fn tail(&mut self) {
        let order = self.order;
        self.write(format_args!(
            ",\"customerConcerns\":[{{\"id\":{},\"concern\":\"Grinding noise when braking, worse in the morning\",\
             \"techComment\":\"Front rotors below minimum thickness, rear pads at 4 mm.\"}}],\
             \"estimateShareDate\":null,\"inspectionShareDate\":null,\"invoiceShareDate\":null,\
             \"estimateUrl\":\"https://shop.example.com/e/{}\",\"inspectionUrl\":null,\"invoiceUrl\":null,\
             \"customerTimeOut\":null,\"leadSource\":\"Website\",\"createdDate\":{},\"updatedDate\":{},\
             \"deletedDate\":{}}}",
            order.id,
            order.id,
            time(Some(order.created)),
            time(order.updated),
            time(order.deleted),
        ));
    }
}

fn time(seconds: Option<i64>) -> String {
    let instant = seconds.and_then(|s| Timestamp::from_second(s).ok());
    instant.map_or_else(|| "null".to_owned(), |t| format!("\"{t}\""))
}
