//! One connection, whatever its vendor.

use crate::cursor::Cursor;
use crate::error::VendorError;
use crate::page::{Decoded, PostedPage, RawRecord, Step, VendorProfit, VendorShopRef};
use crate::servicetitan::{self, ServiceTitan};
use crate::settings::ConnectionSettings;
use crate::stream::{Mode, Stream, Vendor};
use crate::tekmetric::{self, Tekmetric};
use domain::Clock;
use domain::issue::{Reject, RejectReason};
use domain::record::{Customer, Employee, RepairOrder, Vehicle, VendorShop};
use serde::de::Error as _;
use std::sync::Arc;

/// Reads one connection. Cheap to clone, safe to use from several tasks: they share one rate.
#[derive(Clone)]
pub struct Connector(Account);

#[derive(Clone)]
enum Account {
    Tekmetric(Arc<Tekmetric>),
    ServiceTitan(Arc<ServiceTitan>),
}

impl Connector {
    /// Checks the settings and sets the client up; nothing is sent.
    ///
    /// # Errors
    /// [`VendorError::InsecureUrl`], [`VendorError::InvalidUrl`], [`VendorError::Setup`].
    pub fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        Ok(Self(match settings.vendor {
            Vendor::Tekmetric => Account::Tekmetric(Arc::new(Tekmetric::new(settings, clock)?)),
            Vendor::ServiceTitan => {
                Account::ServiceTitan(Arc::new(ServiceTitan::new(settings, clock)?))
            }
        }))
    }

    /// Whose API it is.
    #[must_use]
    pub const fn vendor(&self) -> Vendor {
        match self.0 {
            Account::Tekmetric(_) => Vendor::Tekmetric,
            Account::ServiceTitan(_) => Vendor::ServiceTitan,
        }
    }

    /// The streams in the order to visit them.
    #[must_use]
    pub const fn streams(&self) -> &'static [Stream] {
        self.vendor().streams()
    }

    /// Which shops the credential may read, of those `asked` where the vendor has no list of them; the cheapest check
    /// of the credential, too.
    ///
    /// # Errors
    /// Any [`VendorError`]; refused credentials are [`crate::Kind::NeedsPerson`].
    pub async fn shops(&self, asked: &[i64]) -> Result<Vec<VendorShop>, VendorError> {
        match &self.0 {
            Account::Tekmetric(account) => account.shops().await,
            Account::ServiceTitan(account) => account.shops(asked).await,
        }
    }

    /// Where a run starts, or goes on where `saved` holds an unfinished one. Sends nothing.
    ///
    /// # Errors
    /// [`VendorError::Cursor`] when `saved` is not one of our cursors.
    pub fn begin(
        &self,
        stream: Stream,
        saved: Option<&serde_json::Value>,
        mode: Mode,
    ) -> Result<Cursor, VendorError> {
        Cursor::begin(self.vendor(), stream, saved, mode)
    }

    /// Reads one page. The same cursor may be used again; only the returned one goes on.
    ///
    /// # Errors
    /// Any [`VendorError`]; the cursor stays good.
    pub async fn next(&self, shop: VendorShopRef, cursor: &Cursor) -> Result<Step, VendorError> {
        match (&self.0, cursor) {
            (Account::Tekmetric(account), Cursor::Tekmetric(cursor)) => {
                account.next(shop, cursor).await
            }
            (Account::ServiceTitan(account), Cursor::ServiceTitan(cursor)) => {
                account.next(shop, cursor).await
            }
            (Account::Tekmetric(_) | Account::ServiceTitan(_), other) => Err(VendorError::Cursor {
                stream: "of another vendor",
                source: serde_json::Error::custom(other.to_json()),
            }),
        }
    }

    /// Reads one record by the vendor's id. `None` where the vendor does not know it, does not show it, or where orders
    /// are composed of records that are read by their streams.
    ///
    /// # Errors
    /// Any [`VendorError`].
    pub async fn fetch_one(
        &self,
        shop: VendorShopRef,
        stream: Stream,
        id: i64,
    ) -> Result<Option<RawRecord>, VendorError> {
        match &self.0 {
            Account::Tekmetric(account) => account.fetch_one(shop, stream, id).await,
            Account::ServiceTitan(_) => Ok(None),
        }
    }

    /// How many records the vendor's unfiltered list holds now.
    ///
    /// # Errors
    /// Any [`VendorError`].
    pub async fn count(
        &self,
        shop: VendorShopRef,
        stream: Stream,
    ) -> Result<Option<u64>, VendorError> {
        match &self.0 {
            Account::Tekmetric(account) => account.count(shop, stream).await,
            Account::ServiceTitan(_) => Ok(None),
        }
    }

    /// One page (from 0) of the orders posted in `[from, to)`: what the reconciliation compares.
    ///
    /// # Errors
    /// [`VendorError`] after the retries.
    pub async fn posted(
        &self,
        shop: VendorShopRef,
        window: (jiff::Timestamp, jiff::Timestamp),
        page: u32,
    ) -> Result<PostedPage, VendorError> {
        match &self.0 {
            Account::Tekmetric(account) => account.posted(shop, window, page).await,
            Account::ServiceTitan(_) => Ok(PostedPage::default()),
        }
    }

    /// Whether the connection may be asked for the vendor's own profit figures.
    #[must_use]
    pub fn compares(&self) -> bool {
        match &self.0 {
            Account::Tekmetric(account) => account.internal.is_some(),
            Account::ServiceTitan(_) => false,
        }
    }

    /// The vendor's own profit of an order. `None` where there is no comparison source, or it has no figure.
    ///
    /// # Errors
    /// Any [`VendorError`]; a session that ended is [`VendorError::SessionRefused`].
    pub async fn profit(&self, order: i64) -> Result<Option<VendorProfit>, VendorError> {
        match &self.0 {
            Account::Tekmetric(account) => match &account.internal {
                Some(internal) => internal.profit(order).await,
                None => Ok(None),
            },
            Account::ServiceTitan(_) => Ok(None),
        }
    }

    /// A stored body as a record again, with the fingerprint of today's mapping: for replays. Pure.
    #[must_use]
    pub fn read(&self, body: &str) -> RawRecord {
        match self.0 {
            Account::Tekmetric(_) => tekmetric::read(body),
            Account::ServiceTitan(_) => servicetitan::read(body),
        }
    }

    /// A repair order in our words. Pure.
    ///
    /// # Errors
    /// Why the whole record is refused.
    pub fn decode_order(
        &self,
        shop: &VendorShopRef,
        raw: &RawRecord,
    ) -> Result<Decoded<RepairOrder>, Box<Reject>> {
        match self.0 {
            Account::Tekmetric(_) => tekmetric::decode_order(shop, raw),
            Account::ServiceTitan(_) => servicetitan::decode_order(shop, raw),
        }
    }

    /// A customer in our words. Pure.
    ///
    /// # Errors
    /// Why the whole record is refused.
    pub fn decode_customer(
        &self,
        shop: &VendorShopRef,
        raw: &RawRecord,
    ) -> Result<Decoded<Customer>, Box<Reject>> {
        match self.0 {
            Account::Tekmetric(_) => tekmetric::decode_customer(shop, raw),
            Account::ServiceTitan(_) => servicetitan::decode_customer(shop, raw),
        }
    }

    /// A vehicle in our words. Pure.
    ///
    /// # Errors
    /// Why the whole record is refused.
    pub fn decode_vehicle(
        &self,
        shop: &VendorShopRef,
        raw: &RawRecord,
    ) -> Result<Decoded<Vehicle>, Box<Reject>> {
        match self.0 {
            Account::Tekmetric(_) => tekmetric::decode_vehicle(shop, raw),
            Account::ServiceTitan(_) => Err(Box::new(Reject {
                stream: Stream::Vehicles.as_str(),
                entity_id: raw.id,
                record_number: "unknown".to_owned(),
                reason: RejectReason::Malformed,
                detail: "this vendor has no vehicles".to_owned(),
                payload: raw.body.clone(),
            })),
        }
    }

    /// An employee in our words. Pure.
    ///
    /// # Errors
    /// Why the whole record is refused.
    pub fn decode_employee(
        &self,
        shop: &VendorShopRef,
        raw: &RawRecord,
    ) -> Result<Decoded<Employee>, Box<Reject>> {
        match self.0 {
            Account::Tekmetric(_) => tekmetric::decode_employee(shop, raw),
            Account::ServiceTitan(_) => servicetitan::decode_employee(shop, raw),
        }
    }
}
