//! The API behind the vendor's own pages, read for comparison only (reference A.11): what the vendor itself says
//! an order earned. It belongs to a person's web session, has no contract, and may end at any time; nothing but the
//! variance stands on it.

mod figures;

use crate::error::VendorError;
use crate::http::{Answer, Authorization, Call, Http, Outcome};
use crate::page::VendorProfit;
use crate::settings::{ConnectionSettings, Secret};
use crate::tekmetric::envelope;
use domain::Clock;

/// A signed-in web session.
pub(crate) struct Internal {
    http: Http,
    token: Secret,
}

impl Internal {
    /// The session, where the settings hold one. It has a limiter of its own: the vendor counts it apart.
    pub(crate) fn new(
        settings: &ConnectionSettings,
        clock: &Clock,
    ) -> Result<Option<Self>, VendorError> {
        let Some(token) = settings.comparison.clone() else {
            return Ok(None);
        };
        let http = Http::new(settings, clock.clone())?;
        Ok(Some(Self { http, token }))
    }

    /// The vendor's profit of an order: as its labour report has it, else out of its estimate (quirk B-32).
    pub(crate) async fn profit(&self, order: i64) -> Result<Option<VendorProfit>, VendorError> {
        let report = format!("/api/repair-order/{order}/profit/labor");
        if let Some(found) = self.read(&report, figures::report).await? {
            return Ok(Some(found));
        }
        let estimate = format!("/api/repair-order/{order}/estimate");
        self.read(&estimate, figures::estimate).await
    }

    async fn read(
        &self,
        path: &str,
        figures: fn(&str) -> Option<VendorProfit>,
    ) -> Result<Option<VendorProfit>, VendorError> {
        let call = Call {
            path,
            query: &[],
            form: None,
            authorization: Authorization::Session(&self.token),
        };
        let read = |answer: &Answer| {
            let text = envelope::text(answer.json()?);
            // Figures that cannot be read are no figures: asking again would bring the same ones.
            Ok(figures(envelope::object(&text)?))
        };
        let connection = || self.http.connection().to_owned();
        match self.http.send(&call, read).await? {
            Outcome::Read(found) => Ok(found),
            Outcome::Status(answer) => match answer.status {
                404 => Ok(None),
                401 | 403 => Err(VendorError::SessionRefused {
                    connection: connection(),
                }),
                status => Err(VendorError::Refused {
                    connection: connection(),
                    path: path.to_owned(),
                    status,
                    history_window: false,
                }),
            },
        }
    }
}
