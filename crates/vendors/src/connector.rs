//! One connection, whatever its vendor.

use crate::error::VendorError;
use crate::page::{Decoded, PostedPage, RawRecord, Step, VendorProfit, VendorShopRef};
use crate::settings::ConnectionSettings;
use crate::stream::{Mode, Stream, Vendor};
use crate::tekmetric::{Cursor, Tekmetric};
use domain::Clock;
use domain::issue::Reject;
use domain::record::{Customer, Employee, RepairOrder, Vehicle, VendorShop};
use std::sync::Arc;

/// Reads one connection. Cheap to clone, safe to use from several tasks: they share one rate.
#[derive(Clone)]
pub struct Connector {
    vendor: Vendor,
    tekmetric: Arc<Tekmetric>,
}

impl Connector {
    /// Checks the settings and sets the client up; nothing is sent.
    ///
    /// # Errors
    /// [`VendorError::InsecureUrl`], [`VendorError::InvalidUrl`], [`VendorError::Setup`].
    pub fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        match settings.vendor {
            Vendor::Tekmetric => Ok(Self {
                vendor: Vendor::Tekmetric,
                tekmetric: Arc::new(Tekmetric::new(settings, clock)?),
            }),
        }
    }

    /// Whose API it is.
    #[must_use]
    pub const fn vendor(&self) -> Vendor {
        self.vendor
    }

    /// The streams in the order to visit them.
    #[must_use]
    pub const fn streams(&self) -> &'static [Stream] {
        &Stream::ORDER
    }

    /// The shops the credential may read; the cheapest check of the credential, too.
    ///
    /// # Errors
    /// Any [`VendorError`]; refused credentials are [`crate::Kind::NeedsPerson`].
    pub async fn shops(&self) -> Result<Vec<VendorShop>, VendorError> {
        self.tekmetric.shops().await
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
        Cursor::begin(stream, saved, mode)
    }

    /// Reads one page. The same cursor may be used again; only the returned one goes on.
    ///
    /// # Errors
    /// Any [`VendorError`]; the cursor stays good.
    pub async fn next(&self, shop: VendorShopRef, cursor: &Cursor) -> Result<Step, VendorError> {
        self.tekmetric.next(shop, cursor).await
    }

    /// Reads one record by the vendor's id. `None` where the vendor does not know it, or does not show it.
    ///
    /// # Errors
    /// Any [`VendorError`].
    pub async fn fetch_one(
        &self,
        shop: VendorShopRef,
        stream: Stream,
        id: i64,
    ) -> Result<Option<RawRecord>, VendorError> {
        self.tekmetric.fetch_one(shop, stream, id).await
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
        self.tekmetric.count(shop, stream).await
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
        self.tekmetric.posted(shop, window, page).await
    }

    /// Whether the connection may be asked for the vendor's own profit figures.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.tekmetric.internal.is_some()
    }

    /// The vendor's own profit of an order. `None` where there is no comparison source, or it has no figure.
    ///
    /// # Errors
    /// Any [`VendorError`]; a session that ended is [`VendorError::SessionRefused`].
    pub async fn profit(&self, order: i64) -> Result<Option<VendorProfit>, VendorError> {
        match &self.tekmetric.internal {
            Some(internal) => internal.profit(order).await,
            None => Ok(None),
        }
    }

    /// A stored body as a record again, with the fingerprint of today's mapping: for replays. Pure.
    #[must_use]
    pub fn read(&self, body: &str) -> RawRecord {
        match self.vendor {
            Vendor::Tekmetric => crate::tekmetric::read(body),
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
        match self.vendor {
            Vendor::Tekmetric => crate::tekmetric::decode_order(shop, raw),
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
        match self.vendor {
            Vendor::Tekmetric => crate::tekmetric::decode_customer(shop, raw),
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
        match self.vendor {
            Vendor::Tekmetric => crate::tekmetric::decode_vehicle(shop, raw),
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
        match self.vendor {
            Vendor::Tekmetric => crate::tekmetric::decode_employee(shop, raw),
        }
    }
}
