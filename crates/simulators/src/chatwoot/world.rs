//! A support desk beside a seeded store: buyers write about their orders, people answer, some wait in vain.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::dice::Dice;
use crate::shopify::plan::{self, Fate, PlannedOrder};
use crate::shopify::{PlantKind, WorldConfig as StoreConfig};
use crate::{Error, Result, Stamp};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// A desk's recipe: the store whose buyers write, and the account.
#[derive(Debug, Clone)]
pub struct WorldConfig {
    /// The store of the same demo: its plan says who orders what and what goes wrong.
    pub store: StoreConfig,
    /// The account's number.
    pub account_id: i64,
}

impl WorldConfig {
    /// The desk of a store.
    #[must_use]
    pub fn of(store: StoreConfig) -> Self {
        Self {
            store,
            account_id: 1,
        }
    }
}

/// What happens in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Open,
    Customer { angry: bool },
    Bot,
    Handoff,
    Agent,
    Note,
    Escalate,
    Resolve,
    Rate(i64),
}

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) at: Stamp,
    /// 0 incoming, 1 outgoing, 2 activity, 3 template.
    pub(crate) kind: i64,
    pub(crate) survey: bool,
    pub(crate) private: bool,
    pub(crate) bot: bool,
    pub(crate) agent: Option<i64>,
    pub(crate) content: &'static str,
    pub(crate) deleted: bool,
    pub(crate) rating: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) inbox: i64,
    pub(crate) buyer: u32,
    pub(crate) order: Option<u64>,
    pub(crate) status: &'static str,
    pub(crate) priority: Option<&'static str>,
    pub(crate) labels: Vec<&'static str>,
    pub(crate) agent: Option<i64>,
    pub(crate) team: Option<i64>,
    pub(crate) created: Stamp,
    pub(crate) updated: Stamp,
    pub(crate) active: Stamp,
    pub(crate) first_reply: Option<Stamp>,
    pub(crate) waiting: Option<Stamp>,
    /// Where the wait for a person began: creation, hand-off or re-opening.
    pub(crate) begins: Stamp,
    pub(crate) messages: Vec<Message>,
    pub(crate) deleted: bool,
}

/// A survey's answer.
#[derive(Debug)]
pub(crate) struct Rating {
    pub(crate) id: i64,
    pub(crate) conversation: usize,
    pub(crate) message: i64,
    pub(crate) agent: Option<i64>,
    pub(crate) rating: i64,
    pub(crate) at: Stamp,
}

/// What a webhook tells.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told {
    Created,
    Status { from: &'static str },
    Updated,
    Message(usize),
    MessageUpdated(usize),
}

/// The desk's own book of a conversation, posted as things happen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConversationBook {
    /// When it was opened.
    pub opened: Option<Stamp>,
    /// Seconds from where the wait began (creation, hand-off) to the first public reply of a person; `None` while nobody
    /// has answered.
    pub first_response_seconds: Option<i64>,
    /// When it was resolved for the first time.
    pub first_resolved: Option<Stamp>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Whether it was handed up.
    pub escalated: bool,
    /// The buyer's rating as it stands now.
    pub rating: Option<i64>,
    /// The order that it is about.
    pub order_name: Option<String>,
    /// Messages that the buyer can see.
    pub public_messages: u32,
}

/// A desk's books by conversation (the number that the interface shows).
pub type Ledger = BTreeMap<i64, ConversationBook>;

/// A change by hand. Ids are those that the interface shows.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mutation {
    /// The buyer writes; a resolved conversation opens again.
    CustomerWrites {
        /// The conversation.
        conversation_id: i64,
    },
    /// An agent answers in public.
    AgentReplies {
        /// The conversation.
        conversation_id: i64,
    },
    /// Resolved; a survey goes out the first time.
    Resolve {
        /// The conversation.
        conversation_id: i64,
    },
    /// The survey is answered, or its answer changed in place.
    Rate {
        /// The conversation.
        conversation_id: i64,
        /// 1 to 5.
        rating: i64,
    },
    /// Priority, label and team of an escalation.
    Escalate {
        /// The conversation.
        conversation_id: i64,
    },
    /// Gone without a word.
    DeleteConversation {
        /// The conversation.
        conversation_id: i64,
    },
    /// The last message's text is replaced by a notice.
    DeleteMessage {
        /// The conversation.
        conversation_id: i64,
    },
    /// The second contact's conversations go to the first; its own id is gone.
    MergeContacts {
        /// Who stays.
        into: i64,
        /// Who goes.
        from: i64,
    },
}

/// A seeded desk. The same configuration gives the same desk.
#[derive(Debug)]
pub struct World {
    pub(crate) config: WorldConfig,
    pub(crate) zone: TimeZone,
    pub(crate) now: Stamp,
    pub(crate) conversations: Vec<Conversation>,
    /// Contact id by buyer; merged buyers share one.
    pub(crate) contacts: BTreeMap<u32, i64>,
    pub(crate) ratings: Vec<Rating>,
    pub(crate) books: Ledger,
    pub(crate) changes: Vec<(Stamp, usize, Told)>,
    agenda: BinaryHeap<Reverse<(i64, u64, usize, Step)>>,
    days: (Stamp, Date),
    ordinal: u64,
    turn: u64,
    last_message: i64,
    telling: bool,
}

/// The number that the interface shows.
pub(crate) const fn display(index: usize) -> i64 {
    index as i64 + 1
}

impl World {
    /// Lives through the whole history.
    ///
    /// # Errors
    /// [`Error::TimeZone`] when the store's zone is not in the database.
    pub fn generate(config: WorldConfig) -> Result<Self> {
        let zone = TimeZone::get(&config.store.timezone).map_err(|source| Error::TimeZone {
            shop_id: config.store.shop_id,
            zone: config.store.timezone.clone(),
            source,
        })?;
        let start = config.store.start;
        let date = start
            .plus(-i64::from(config.store.history_days) * DAY)
            .date_in(&zone);
        let first = Stamp::local(&zone, date.at(0, 0, 0, 0));
        let mut world = Self {
            config,
            zone,
            now: first,
            conversations: Vec::new(),
            contacts: BTreeMap::new(),
            ratings: Vec::new(),
            books: BTreeMap::new(),
            changes: Vec::new(),
            agenda: BinaryHeap::new(),
            days: (first, date),
            ordinal: 0,
            turn: 0,
            last_message: 9_000,
            telling: false,
        };
        world.advance(start);
        world.telling = true;
        Ok(world)
    }

    /// Where the desk's time stands.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.now
    }

    /// The books.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let gone = |id: &i64| self.conversations[(*id - 1) as usize].deleted;
        self.books
            .iter()
            .filter(|(id, _)| !gone(id))
            .map(|(id, book)| (*id, book.clone()))
            .collect()
    }

    /// Lets everything happen that is due until an instant.
    pub fn advance(&mut self, to: Stamp) {
        loop {
            let next = self.agenda.peek().map(|Reverse(due)| Stamp(due.0));
            if self.days.0 <= to && next.is_none_or(|next| self.days.0 <= next) {
                self.plan_day();
                continue;
            }
            if next.is_none_or(|next| next > to) {
                break;
            }
            let Some(Reverse((at, _, conversation, step))) = self.agenda.pop() else {
                break;
            };
            self.now = self.now.max(Stamp(at));
            self.step(conversation, step);
        }
        self.now = self.now.max(to);
    }

    fn plan_day(&mut self) {
        let orders = plan::day(&self.config.store, &self.zone, self.days.1, self.ordinal);
        self.ordinal += orders.len() as u64;
        for order in orders {
            self.plan_order(&order);
        }
        let next = self.days.1.tomorrow().unwrap_or(self.days.1);
        self.days = (Stamp::local(&self.zone, next.at(0, 0, 0, 0)), next);
    }

    /// Whether an order's buyer writes, and how it goes on.
    fn plan_order(&mut self, order: &PlannedOrder) {
        let mut dice = Dice::new(order.seed, 0xc4a7);
        let refunded = matches!(order.fate, Fate::Refunded { .. });
        let (chance, after) = match order.fate {
            _ if order.late => (3_500, 3 * DAY),
            Fate::Refunded { days, .. } => (4_000, (days - 1) * DAY),
            Fate::Cancelled { .. } => (2_000, HOUR / 2),
            _ => (600, 6 * HOUR),
        };
        if !dice.chance(chance) {
            return;
        }
        let at = order.at.plus(after + dice.between(0, 8 * HOUR));
        let escalates = (order.late || refunded)
            && self.config.store.has(PlantKind::Escalations, order.at)
            && dice.chance(4_000);
        let index = self.conversations.len();
        let buyer = order
            .buyer
            .unwrap_or(5_000_000 + u32::try_from(order.ordinal).unwrap_or(0));
        self.conversations.push(Conversation {
            inbox: if dice.chance(6_500) { 3 } else { 4 },
            buyer,
            order: dice.chance(8_500).then_some(order.ordinal),
            status: "open",
            priority: None,
            labels: vec![if refunded { "refund" } else { "shipping" }],
            agent: None,
            team: Some(1),
            created: at,
            updated: at,
            active: at,
            first_reply: None,
            waiting: None,
            begins: at,
            messages: Vec::new(),
            // Not there before it is opened.
            deleted: true,
        });
        self.script(index, at, escalates, &mut dice);
    }

    fn script(&mut self, index: usize, at: Stamp, escalates: bool, dice: &mut Dice) {
        self.after(at, index, Step::Open);
        self.after(at, index, Step::Customer { angry: escalates });
        let mut begins = at;
        if dice.chance(1_500) {
            self.after(at.plus(30), index, Step::Bot);
            begins = at.plus(dice.between(2, 12) * MINUTE);
            self.after(begins, index, Step::Handoff);
        }
        if dice.chance(150) {
            // Nobody ever answers.
            return;
        }
        let slow = dice.chance(if escalates { 6_000 } else { 1_200 });
        let wait = if slow {
            dice.between(130, 600)
        } else {
            dice.between(2, 110)
        } * MINUTE;
        let mut at = begins.plus(wait);
        if escalates {
            self.after(begins.plus(wait / 2), index, Step::Escalate);
        }
        self.after(at, index, Step::Agent);
        for _ in 0..dice.below(3) {
            self.after(
                at.plus(dice.between(5, 90) * MINUTE),
                index,
                Step::Customer { angry: false },
            );
            at = at.plus(dice.between(95, 300) * MINUTE);
            if dice.chance(2_000) {
                self.after(at.plus(-60), index, Step::Note);
            }
            self.after(at, index, Step::Agent);
        }
        at = at.plus(dice.between(20, 600) * MINUTE);
        self.after(at, index, Step::Resolve);
        if dice.chance(4_500) {
            let worst = if slow || escalates { 1 } else { 3 };
            let rating = dice.between(worst, if slow { 4 } else { 5 });
            self.after(
                at.plus(dice.between(1, 20) * HOUR),
                index,
                Step::Rate(rating),
            );
            if dice.chance(500) {
                self.after(at.plus(2 * DAY), index, Step::Rate((rating + 1).min(5)));
            }
        }
        if dice.chance(800) {
            let again = at.plus(dice.between(20, 80) * HOUR);
            self.after(again, index, Step::Customer { angry: false });
            self.after(
                again.plus(dice.between(10, 200) * MINUTE),
                index,
                Step::Agent,
            );
            self.after(again.plus(5 * HOUR), index, Step::Resolve);
        }
    }

    fn after(&mut self, at: Stamp, index: usize, step: Step) {
        self.turn += 1;
        self.agenda.push(Reverse((at.0, self.turn, index, step)));
    }

    pub(crate) fn tell(&mut self, index: usize, told: Told) {
        if self.telling {
            self.changes.push((self.now, index, told));
        }
    }

    fn step(&mut self, index: usize, step: Step) {
        if self.conversations[index].deleted && step != Step::Open {
            return;
        }
        match step {
            Step::Open => self.open(index),
            Step::Customer { angry } => self.customer(index, angry),
            Step::Bot => {
                self.say(index, 1, "Hello, I am a bot. A moment, please.")
                    .bot = true;
            }
            Step::Handoff => {
                let now = self.now;
                self.conversations[index].begins = now;
                self.tell(index, Told::Updated);
            }
            Step::Agent => self.reply(index),
            Step::Note => {
                let agent = self.conversations[index].agent;
                let note = self.say(index, 1, "Asked the warehouse.");
                (note.private, note.agent) = (true, agent);
            }
            Step::Escalate => {
                let conversation = &mut self.conversations[index];
                (conversation.priority, conversation.team) = (Some("urgent"), Some(2));
                conversation.labels.push("escalation");
                self.books.entry(display(index)).or_default().escalated = true;
                self.touch(index);
                self.tell(index, Told::Updated);
            }
            Step::Resolve => self.resolve(index),
            Step::Rate(rating) => self.rate(index, rating),
        }
    }

    fn open(&mut self, index: usize) {
        let conversation = &mut self.conversations[index];
        conversation.deleted = false;
        let (buyer, now) = (conversation.buyer, self.now);
        let order_name = conversation.order.map(plan::order_name);
        let next = 70 + self.contacts.len() as i64;
        self.contacts.entry(buyer).or_insert(next);
        let book = ConversationBook {
            opened: Some(now),
            order_name,
            ..ConversationBook::default()
        };
        self.books.insert(display(index), book);
        self.tell(index, Told::Created);
    }

    fn customer(&mut self, index: usize, angry: bool) {
        let now = self.now;
        let text = if angry {
            "This is the third time I ask. I want my money back now!"
        } else {
            "Where is my parcel?"
        };
        self.say(index, 0, text);
        let conversation = &mut self.conversations[index];
        conversation.waiting = conversation.waiting.or(Some(now));
        if conversation.status == "resolved" {
            (conversation.status, conversation.begins) = ("open", now);
            self.books.entry(display(index)).or_default().reopened += 1;
            self.activity(index, "Conversation was reopened");
            self.tell(index, Told::Status { from: "resolved" });
        }
    }

    fn reply(&mut self, index: usize) {
        let now = self.now;
        let conversation = &mut self.conversations[index];
        let agent = *conversation.agent.get_or_insert(5 + index as i64 % 3);
        let first = conversation.first_reply.is_none();
        conversation.first_reply = conversation.first_reply.or(Some(now));
        conversation.waiting = None;
        let begins = conversation.begins;
        self.say(index, 1, "It ships today.").agent = Some(agent);
        if first {
            self.books
                .entry(display(index))
                .or_default()
                .first_response_seconds = Some(now.0 - begins.0);
            self.tell(index, Told::Updated);
        }
    }

    fn resolve(&mut self, index: usize) {
        let now = self.now;
        let conversation = &mut self.conversations[index];
        if conversation.status == "resolved" {
            return;
        }
        (conversation.status, conversation.waiting) = ("resolved", None);
        let surveyed = conversation.messages.iter().any(|message| message.survey);
        let book = self.books.entry(display(index)).or_default();
        book.first_resolved = book.first_resolved.or(Some(now));
        self.activity(index, "Conversation was marked resolved");
        if !surveyed {
            self.say(index, 3, "Please rate the conversation").survey = true;
        }
        self.tell(index, Told::Status { from: "open" });
    }

    fn rate(&mut self, index: usize, rating: i64) {
        let (now, next) = (self.now, 301 + self.ratings.len() as i64);
        let conversation = &mut self.conversations[index];
        let agent = conversation.agent;
        let Some(place) = conversation
            .messages
            .iter()
            .position(|message| message.survey)
        else {
            return;
        };
        let survey = &mut conversation.messages[place];
        survey.rating = Some(rating);
        let message = survey.id;
        self.books.entry(display(index)).or_default().rating = Some(rating);
        match self.ratings.iter_mut().find(|row| row.message == message) {
            // The row changes in place; its time does not.
            Some(row) => row.rating = rating,
            None => self.ratings.push(Rating {
                id: next,
                conversation: index,
                message,
                agent,
                rating,
                at: now,
            }),
        }
        self.tell(index, Told::MessageUpdated(place));
    }

    /// Says something in a conversation, which touches it.
    fn say(&mut self, index: usize, kind: i64, content: &'static str) -> &mut Message {
        self.last_message += 1;
        let (id, at) = (self.last_message, self.now);
        self.touch(index);
        let place = self.conversations[index].messages.len();
        if kind != 2 {
            self.books
                .entry(display(index))
                .or_default()
                .public_messages += u32::from(kind < 2 && content != "Asked the warehouse.");
            self.tell(index, Told::Message(place));
        }
        let conversation = &mut self.conversations[index];
        conversation.active = at;
        conversation.messages.push(Message {
            id,
            at,
            kind,
            survey: false,
            private: false,
            bot: false,
            agent: None,
            content,
            deleted: false,
            rating: None,
        });
        &mut conversation.messages[place]
    }

    fn activity(&mut self, index: usize, content: &'static str) {
        self.say(index, 2, content);
    }

    fn touch(&mut self, index: usize) {
        self.conversations[index].updated = self.now;
    }

    /// Changes something by hand, now.
    ///
    /// # Errors
    /// [`Error::Record`] when the record does not exist.
    pub fn mutate(&mut self, mutation: Mutation) -> Result<()> {
        match mutation {
            Mutation::CustomerWrites { conversation_id } => {
                self.step(self.find(conversation_id)?, Step::Customer { angry: false })
            }
            Mutation::AgentReplies { conversation_id } => {
                self.step(self.find(conversation_id)?, Step::Agent)
            }
            Mutation::Resolve { conversation_id } => {
                self.step(self.find(conversation_id)?, Step::Resolve)
            }
            Mutation::Rate {
                conversation_id,
                rating,
            } => self.step(self.find(conversation_id)?, Step::Rate(rating.clamp(1, 5))),
            Mutation::Escalate { conversation_id } => {
                self.step(self.find(conversation_id)?, Step::Escalate)
            }
            Mutation::DeleteConversation { conversation_id } => {
                let index = self.find(conversation_id)?;
                self.conversations[index].deleted = true;
            }
            Mutation::DeleteMessage { conversation_id } => {
                let index = self.find(conversation_id)?;
                let messages = &mut self.conversations[index].messages;
                let place = messages.len().saturating_sub(1);
                if let Some(last) = messages.last_mut() {
                    (last.deleted, last.content) = (true, "This message was deleted");
                }
                self.tell(index, Told::MessageUpdated(place));
            }
            Mutation::MergeContacts { into, from } => {
                let missing = |id| Error::Record {
                    kind: "contact",
                    id,
                    reason: "there is none",
                };
                let known = |id: i64| self.contacts.values().any(|contact| *contact == id);
                known(into).then_some(()).ok_or_else(|| missing(into))?;
                known(from).then_some(()).ok_or_else(|| missing(from))?;
                for contact in self
                    .contacts
                    .values_mut()
                    .filter(|contact| **contact == from)
                {
                    *contact = into;
                }
                for index in 0..self.conversations.len() {
                    let merged = self.contacts.get(&self.conversations[index].buyer) == Some(&into);
                    if merged && !self.conversations[index].deleted {
                        self.touch(index);
                    }
                }
            }
        }
        Ok(())
    }

    fn find(&self, id: i64) -> Result<usize> {
        let index = usize::try_from(id - 1).ok().filter(|index| {
            self.conversations
                .get(*index)
                .is_some_and(|found| !found.deleted)
        });
        index.ok_or(Error::Record {
            kind: "conversation",
            id,
            reason: "there is none",
        })
    }
}
