//! Changes that tests and the control plane command by name.

use serde::Deserialize;

use super::entity::{Charge, Decision, Labor, Part, PartKind, Status, Text};
use super::step::{LineEdit, Step};
use super::world::World;
use crate::dice::Dice;
use crate::{Cents, Decimal, Error, Result, Stamp};

/// A named change of one order, for example `{"do": "remove_line", "line_id": 990000001}`. It happens
/// at the world's present instant. A missing line means the first fitting one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mutation {
    /// New values of a line; money in cents, hours and quantities in hundredths.
    EditLine {
        /// The line.
        line_id: Option<i64>,
        /// Hours or quantity, in hundredths.
        amount_hundredths: Option<i64>,
        /// Rate or retail, cents.
        price_cents: Option<i64>,
        /// Cost of a part, cents.
        cost_cents: Option<i64>,
    },
    /// Takes a line away.
    RemoveLine {
        /// The line.
        line_id: Option<i64>,
    },
    /// Adds half an hour of labour at a rate to the first authorized job.
    AddLabor {
        /// Cents per hour.
        rate_cents: i64,
        /// Hours in hundredths.
        hours_hundredths: i64,
        /// Who did it.
        technician_id: Option<i64>,
    },
    /// Adds one part to the first authorized job.
    AddPart {
        /// Cents.
        cost_cents: i64,
        /// Cents.
        retail_cents: i64,
    },
    /// Says who did a labour line; `null` for nobody.
    SetTechnician {
        /// The line; without it an unassigned one.
        line_id: Option<i64>,
        /// The technician.
        technician_id: Option<i64>,
    },
    /// Adds a discount to the order.
    AddDiscount {
        /// Cents; negative is a surcharge.
        total_cents: i64,
    },
    /// Takes a discount away; without an id the first one, the order's before the jobs'.
    RemoveDiscount {
        /// The discount.
        id: Option<i64>,
    },
    /// Adds a fee to the order.
    AddFee {
        /// Cents.
        total_cents: i64,
    },
    /// Deletes the order: status 7 and `deletedDate`.
    Delete,
    /// Takes a deletion back.
    Undelete,
    /// Opens a posted order again.
    Unpost,
    /// Posts the order at an instant, the present one if none is given; unposts it first if needed.
    Repost {
        /// ISO-8601 with zone.
        at: Option<String>,
    },
    /// Posts the order, on account if told so.
    Post {
        /// Status 6 instead of 5.
        #[serde(default)]
        on_account: bool,
    },
    /// Finishes the work.
    Complete,
    /// Hands the order to another customer.
    MoveCustomer {
        /// The new customer.
        customer_id: i64,
    },
    /// Changes the order's customer's own record.
    EditCustomer,
    /// Deletes the order's customer.
    DeleteCustomer,
    /// The customer accepts a job; without an id the first undecided one, else the first.
    Authorize {
        /// The job.
        job_id: Option<i64>,
    },
    /// The customer refuses a job.
    Decline {
        /// The job.
        job_id: Option<i64>,
    },
    /// Hangs the key elsewhere: a change that touches no figure.
    Keytag {
        /// The new tag.
        text: String,
    },
    /// Gives the order to another advisor.
    SetAdvisor {
        /// The advisor.
        advisor_id: Option<i64>,
    },
}

impl World {
    /// Changes one order by hand, at the present instant.
    ///
    /// # Errors
    /// [`Error::Mutation`] when the order is unknown or does not allow the change.
    pub fn mutate(&mut self, order_id: i64, mutation: Mutation) -> Result<()> {
        let refuse = |reason| Error::Mutation { order_id, reason };
        let index = self
            .slot_index(order_id)
            .ok_or(refuse("it does not exist"))?;
        match mutation {
            Mutation::EditCustomer => self.edit_customer(index, false).map_err(refuse),
            Mutation::DeleteCustomer => self.edit_customer(index, true).map_err(refuse),
            Mutation::Repost { at } => self.repost(index, at.as_deref()).map_err(refuse),
            other => {
                let step = self.step_of(index, other).map_err(refuse)?;
                self.change(index, step).map_err(refuse)
            }
        }
    }

    fn hand_id(&mut self, magnitude: i64) -> i64 {
        self.next_hand_id += 1;
        // Above every id that a planned life can take.
        magnitude + 100_000_000 + self.next_hand_id
    }

    fn step_of(
        &mut self,
        index: usize,
        mutation: Mutation,
    ) -> std::result::Result<Step, &'static str> {
        Ok(match mutation {
            Mutation::EditLine {
                line_id,
                amount_hundredths,
                price_cents,
                cost_cents,
            } => Step::EditLine(LineEdit {
                line_id,
                amount: amount_hundredths.map(Decimal::hundredths),
                price: price_cents.map(Cents),
                cost: cost_cents.map(Cents),
            }),
            Mutation::RemoveLine { line_id } => Step::RemoveLine { line_id },
            Mutation::AddLabor {
                rate_cents,
                hours_hundredths,
                technician_id,
            } => Step::AddLabor(Labor {
                id: self.hand_id(990_000_000),
                name: Some(Text::Borrowed("Additional time")),
                rate: Cents(rate_cents),
                hours: Decimal::hundredths(hours_hundredths),
                complete: true,
                technician_id,
            }),
            Mutation::AddPart {
                cost_cents,
                retail_cents,
            } => Step::AddPart(Part {
                id: self.hand_id(1_120_000_000),
                quantity: Some(Decimal::ONE),
                name: Some(Text::Borrowed("Hardware")),
                brand: None,
                number: None,
                cost: Some(Cents(cost_cents)),
                retail: Cents(retail_cents),
                kind: PartKind::Part,
            }),
            Mutation::SetTechnician {
                line_id,
                technician_id,
            } => Step::SetTechnician {
                line_id,
                technician_id,
            },
            Mutation::AddDiscount { total_cents } => {
                Step::AddDiscount(self.charge("Adjustment", total_cents))
            }
            Mutation::AddFee { total_cents } => {
                Step::AddFee(self.charge("Shop Supplies", total_cents))
            }
            Mutation::RemoveDiscount { id } => Step::RemoveDiscount { id },
            Mutation::Authorize { job_id } => self.decision(index, job_id, true)?,
            Mutation::Decline { job_id } => self.decision(index, job_id, false)?,
            other => return plain_step(other),
        })
    }

    fn charge(&mut self, name: &'static str, total_cents: i64) -> Charge {
        Charge {
            id: self.hand_id(125_000),
            name: Text::Borrowed(name),
            total: Cents(total_cents),
        }
    }

    fn decision(
        &self,
        index: usize,
        job_id: Option<i64>,
        authorized: bool,
    ) -> std::result::Result<Step, &'static str> {
        let order = self.order(index);
        let open = || order.jobs.iter().find(|job| job.decision == Decision::OPEN);
        let id = job_id.or_else(|| open().or(order.jobs.first()).map(|job| job.id));
        let decision = Decision {
            authorized: Some(authorized),
            decided_at: Some(self.now),
        };
        Ok(Step::Decide(vec![(id.ok_or("it has no job")?, decision)]))
    }

    /// The posting date is what is given, the change itself happens now.
    fn repost(&mut self, index: usize, at: Option<&str>) -> std::result::Result<(), &'static str> {
        let posted_at = match at {
            Some(text) => Stamp::parse_zoned(text).map_err(|_| "the instant needs a zone")?,
            None => self.now,
        };
        if self.slots[index].head.status.is_closed() {
            self.change(index, Step::Unpost)?;
        }
        self.change(index, Step::Post(Status::Posted))?;
        self.change(index, Step::SetPostedAt(posted_at))
    }

    fn edit_customer(
        &mut self,
        index: usize,
        delete: bool,
    ) -> std::result::Result<(), &'static str> {
        let (wanted, now) = (self.slots[index].head.customer_id, self.now);
        let customer = self
            .customers
            .iter_mut()
            .find(|customer| customer.id == wanted);
        let customer = customer.ok_or("its customer does not exist")?;
        customer.updated_at = Some(now);
        customer.notes = Some(Text::Owned(format!("Edited at {now}")));
        if delete {
            customer.deleted_at = Some(now);
        }
        if let Some(given) = customer.given.as_deref_mut() {
            given["notes"] = serde_json::json!(customer.notes);
            given["updatedDate"] = serde_json::json!(now);
            given["deletedDate"] = serde_json::json!(customer.deleted_at);
        }
        self.version += 1;
        Ok(())
    }

    /// Up to five small changes at once, as they happen between two pages of a list: updates,
    /// deletions, re-postings, a new order.
    pub(crate) fn drift(&mut self, roll: u64) {
        let mut dice = Dice::new(roll, 77);
        for _ in 0..dice.below(6) {
            if self.slots.is_empty() {
                return;
            }
            let index = dice.below(self.slots.len());
            let id = self.slots[index].id;
            let mutation = match dice.below(6) {
                0 => Mutation::Delete,
                1 => Mutation::Unpost,
                2 => Mutation::DeleteCustomer,
                3 => Mutation::AddFee { total_cents: 150 },
                4 => {
                    self.force_arrival(dice.roll());
                    continue;
                }
                _ => Mutation::Keytag {
                    text: format!("D{}", dice.below(99)),
                },
            };
            if let Err(error) = self.mutate(id, mutation) {
                tracing::trace!(%error, "drift left out");
            }
        }
    }
}

fn plain_step(mutation: Mutation) -> std::result::Result<Step, &'static str> {
    match mutation {
        Mutation::Delete => Ok(Step::Delete),
        Mutation::Undelete => Ok(Step::Undelete),
        Mutation::Unpost => Ok(Step::Unpost),
        Mutation::Post { on_account: true } => Ok(Step::Post(Status::AccountsReceivable)),
        Mutation::Post { on_account: false } => Ok(Step::Post(Status::Posted)),
        Mutation::Complete => Ok(Step::Complete),
        Mutation::MoveCustomer { customer_id } => Ok(Step::SetCustomer(customer_id)),
        Mutation::Keytag { text } => Ok(Step::SetKeytag(Text::Owned(text))),
        Mutation::SetAdvisor { advisor_id } => Ok(Step::SetAdvisor(advisor_id)),
        _ => Err("the change does not concern the order alone"),
    }
}
