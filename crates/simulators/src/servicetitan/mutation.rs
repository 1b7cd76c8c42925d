//! Changes that tests and the control plane command by name.

use serde::Deserialize;

use super::jpm::JobStatus;
use super::moment::Moment;
use super::payroll::GrossPay;
use super::world::World;
use super::{billing, booking, company, field, payments, plan};
use crate::{Cents, Decimal, Error, Result};

/// A named change, for example `{"do": "void_invoice", "invoice_id": 9300001}`. It happens at the world's present
/// instant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mutation {
    /// A new total for an invoice line; `silent` keeps the invoice and its time as they are (Q10).
    EditItem {
        /// The line.
        item_id: i64,
        /// Cents before tax.
        total_cents: i64,
        /// Whether only the feed of lines tells.
        #[serde(default)]
        silent: bool,
    },
    /// Takes an invoice line away.
    RemoveItem {
        /// The line.
        item_id: i64,
    },
    /// Voids an invoice with its lines.
    VoidInvoice {
        /// The invoice.
        invoice_id: i64,
    },
    /// Writes a credit note of 50.00 or less.
    CreditInvoice {
        /// The invoice.
        invoice_id: i64,
    },
    /// Pays what is open.
    PayInvoice {
        /// The invoice.
        invoice_id: i64,
    },
    /// Voids a payment.
    VoidPayment {
        /// The payment.
        payment_id: i64,
    },
    /// Completes a job now, whatever it waits for.
    CompleteJob {
        /// The job.
        job_id: i64,
    },
    /// Cancels a job.
    CancelJob {
        /// The job.
        job_id: i64,
    },
    /// Takes a cancellation back.
    ReviveJob {
        /// The job.
        job_id: i64,
    },
    /// Deletes a job.
    DeleteJob {
        /// The job.
        job_id: i64,
    },
    /// Books a recall of a job, or warranty work for it.
    RecallJob {
        /// The job.
        job_id: i64,
        /// As warranty work.
        #[serde(default)]
        warranty: bool,
    },
    /// Approves pay for a job late.
    AddPay {
        /// The job.
        job_id: i64,
        /// Who gets it.
        technician_id: i64,
        /// Cents.
        amount_cents: i64,
    },
    /// Corrects a line of pay.
    AdjustPay {
        /// The line.
        item_id: i64,
        /// Cents on top.
        adjustment_cents: i64,
    },
    /// Sets a technician's hourly rate; `null` for nobody knows.
    SetRate {
        /// The technician.
        technician_id: i64,
        /// Cents an hour.
        rate_cents: Option<i64>,
    },
    /// Merges a customer into another one.
    MergeCustomers {
        /// Who goes.
        gone_id: i64,
        /// Who stays.
        stays_id: i64,
    },
    /// Gives a customer another name.
    RenameCustomer {
        /// The customer.
        customer_id: i64,
        /// The new name.
        name: String,
    },
    /// Moves a shift by an hour without a word (Q10).
    MoveShift {
        /// The shift.
        shift_id: i64,
    },
    /// Calls a timesheet's times back: arrival and end, in seconds later.
    ShiftTimesheet {
        /// The timesheet.
        timesheet_id: i64,
        /// Seconds later; earlier when negative.
        seconds: i64,
    },
}

fn refuse(kind: &'static str, id: i64, reason: &'static str) -> Error {
    Error::Record { kind, id, reason }
}

impl World {
    /// Changes something by hand, now.
    ///
    /// # Errors
    /// When the record does not exist or its state forbids the change.
    pub fn mutate(&mut self, mutation: Mutation) -> Result<()> {
        match mutation {
            Mutation::EditItem {
                item_id,
                total_cents,
                silent,
            } => self.edit_item(item_id, Cents(total_cents), silent),
            Mutation::RemoveItem { item_id } => {
                let invoice = self.invoice_items.get(item_id).map(|row| row.invoice);
                let invoice =
                    invoice.ok_or_else(|| refuse("invoice item", item_id, "there is none"))?;
                self.invoice_items.set_active(item_id, self.now, false);
                billing::recount(self, invoice);
                Ok(())
            }
            Mutation::VoidInvoice { invoice_id } => self.on_invoice(invoice_id, billing::void),
            Mutation::CreditInvoice { invoice_id } => self.on_invoice(invoice_id, billing::credit),
            Mutation::PayInvoice { invoice_id } => self.on_invoice(invoice_id, payments::pay),
            Mutation::VoidPayment { payment_id } => {
                let live = self
                    .payments
                    .meta(payment_id)
                    .is_some_and(|meta| meta.active);
                if !live {
                    return Err(refuse("payment", payment_id, "it is not there or void"));
                }
                payments::void_payment(self, payment_id);
                Ok(())
            }
            Mutation::MergeCustomers { gone_id, stays_id } => {
                match company::merge(self, gone_id, stays_id) {
                    true => Ok(()),
                    false => Err(refuse("customer", gone_id, "both must be active, and two")),
                }
            }
            Mutation::RenameCustomer { customer_id, name } => {
                let renamed = self
                    .customers
                    .change(customer_id, self.now, |row| row.name = name);
                renamed.ok_or_else(|| refuse("customer", customer_id, "there is none"))
            }
            Mutation::MoveShift { shift_id } => {
                company::move_shift(self, shift_id);
                Ok(())
            }
            Mutation::SetRate {
                technician_id,
                rate_cents,
            } => {
                let set = self.technicians.change(technician_id, self.now, |row| {
                    row.hourly_rate = rate_cents.map(Cents)
                });
                set.ok_or_else(|| refuse("technician", technician_id, "there is none"))
            }
            other => self.mutate_work(other),
        }
    }

    /// The changes of jobs, hours and pay.
    fn mutate_work(&mut self, mutation: Mutation) -> Result<()> {
        let now = self.now;
        match mutation {
            Mutation::CompleteJob { job_id } => {
                self.expect_job(job_id, |status| {
                    !matches!(status, JobStatus::Completed | JobStatus::Canceled)
                })?;
                field::complete(self, job_id, Moment::sprinkled(now, job_id.unsigned_abs()));
                Ok(())
            }
            Mutation::CancelJob { job_id } => {
                self.expect_job(job_id, |status| {
                    !matches!(status, JobStatus::Completed | JobStatus::Canceled)
                })?;
                booking::call_off(self, job_id, 91, None);
                Ok(())
            }
            Mutation::ReviveJob { job_id } => {
                self.expect_job(job_id, |status| status == JobStatus::Canceled)?;
                booking::revive(self, job_id);
                Ok(())
            }
            Mutation::DeleteJob { job_id } => {
                self.expect_job(job_id, |_| true)?;
                booking::delete(self, job_id);
                Ok(())
            }
            Mutation::RecallJob { job_id, warranty } => {
                self.expect_job(job_id, |status| status == JobStatus::Completed)?;
                plan::recall(self, job_id, warranty);
                self.advance(now);
                Ok(())
            }
            Mutation::AddPay {
                job_id,
                technician_id,
                amount_cents,
            } => self.add_pay(job_id, technician_id, Cents(amount_cents)),
            Mutation::AdjustPay {
                item_id,
                adjustment_cents,
            } => {
                let by = Some(Cents(adjustment_cents));
                let set = self
                    .gross_pay
                    .change(item_id, now, |row| row.adjustment = by);
                set.ok_or_else(|| refuse("gross pay item", item_id, "there is none"))
            }
            Mutation::ShiftTimesheet {
                timesheet_id,
                seconds,
            } => {
                let later = |at: Moment| Moment(at.0 + seconds * 10_000_000);
                let set = self.job_timesheets.change(timesheet_id, now, |row| {
                    row.arrived = row.arrived.map(later);
                    row.done = row.done.map(later);
                });
                set.ok_or_else(|| refuse("timesheet", timesheet_id, "there is none"))
            }
            _ => Ok(()),
        }
    }

    fn add_pay(&mut self, job_id: i64, technician_id: i64, amount: Cents) -> Result<()> {
        self.expect_job(job_id, |_| true)?;
        let row = GrossPay {
            payroll: 1,
            employee: technician_id,
            date: self.now.date_in(&self.zone),
            amount,
            adjustment: None,
            kind: "TimesheetTime",
            hours: Some(Decimal::ONE),
            span: None,
            source: None,
            job: Some(job_id),
            named: true,
        };
        self.gross_pay.add(self.now, row);
        Ok(())
    }

    fn edit_item(&mut self, item: i64, total: Cents, silent: bool) -> Result<()> {
        let units = Decimal(total.0 * 100);
        let changed = self.invoice_items.change(item, self.now, |row| {
            (row.quantity, row.price, row.total) = (Decimal::ONE, units, units);
            row.invoice
        });
        let invoice = changed.ok_or_else(|| refuse("invoice item", item, "there is none"))?;
        if !silent {
            billing::recount(self, invoice);
        }
        Ok(())
    }

    fn on_invoice(&mut self, invoice: i64, change: impl FnOnce(&mut Self, i64)) -> Result<()> {
        if self.invoices.meta(invoice).is_none_or(|meta| !meta.active) {
            return Err(refuse("invoice", invoice, "it is not there or void"));
        }
        change(self, invoice);
        Ok(())
    }

    fn expect_job(&self, job: i64, allowed: impl FnOnce(JobStatus) -> bool) -> Result<()> {
        let live = self.jobs.meta(job).is_some_and(|meta| meta.active);
        match self.jobs.get(job).filter(|_| live) {
            None => Err(refuse("job", job, "it is not there or deleted")),
            Some(row) if allowed(row.status) => Ok(()),
            Some(_) => Err(refuse("job", job, "its status forbids the change")),
        }
    }

    /// Up to five changes of what a reader is reading just now: customers renamed, jobs rewritten.
    pub(crate) fn drift(&mut self, turn: u64) {
        let now = self.now;
        let mut dice = self.dice(60, i64::try_from(turn).unwrap_or(0));
        for _ in 0..=dice.below(5) {
            let customer = 70_001 + dice.below(self.customers.len().max(1)) as i64;
            self.customers
                .change(customer, now, |row| row.name.push_str(" (moved)"));
            let job = 900_001 + dice.below(self.jobs.len().max(1)) as i64;
            self.jobs
                .change(job, now, |row| row.summary.push_str("<p>Called again</p>"));
        }
    }
}
