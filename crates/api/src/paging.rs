//! Pages by opaque cursors: the position of the last row, sealed so that it can be neither read into nor made up.

use crate::error::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::door::UserId;
use url::form_urlencoded;

/// Bytes of a seal that are kept.
const SEAL_BYTES: usize = 16;

/// The process's key for what it gives out and wants back unchanged.
pub(crate) struct Seal(hmac::Key);

impl Seal {
    /// From a configured secret, so that several processes and restarts understand each other's cursors; else at random.
    pub(crate) fn new(secret: Option<&[u8]>) -> Self {
        let key = match secret {
            Some(secret) => hmac::Key::new(hmac::HMAC_SHA256, secret),
            None => {
                let mut random = [0; 32];
                SystemRandom::new()
                    .fill(&mut random)
                    .expect("the system has random numbers");
                hmac::Key::new(hmac::HMAC_SHA256, &random)
            }
        };
        Self(key)
    }

    fn tag(&self, binding: &[u8], payload: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        // The lengths keep two different pairs from running into the same bytes.
        for part in [&b"cursor"[..], binding, payload] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign().as_ref()[..SEAL_BYTES].to_vec()
    }

    pub(crate) fn close(&self, binding: &[u8], payload: &[u8]) -> String {
        let mut bytes = self.tag(binding, payload);
        bytes.extend_from_slice(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn open(&self, binding: &[u8], text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, payload) = bytes.split_at_checked(SEAL_BYTES)?;
        let expected = self.tag(binding, payload);
        let difference = tag
            .iter()
            .zip(&expected)
            .fold(0, |all, (a, b)| all | (a ^ b));
        (difference == 0).then(|| payload.to_vec())
    }
}

/// What a cursor belongs to.
#[derive(Serialize)]
pub(crate) struct Binding<'a> {
    #[serde(serialize_with = "as_text")]
    pub user: UserId,
    pub path: &'a str,
    pub filter: &'a [(String, String)],
}

fn as_text<S: serde::Serializer>(user: &UserId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&user.0)
}

/// The page that is asked for.
pub struct Paging {
    limit: u16,
    binding: Vec<u8>,
    seal: hmac::Key,
    after: Option<Vec<u8>>,
    /// Path and query of the next page, but for its cursor.
    link: String,
}

/// Rows, and where the next page begins.
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Cursor of the next page; none on the last.
    pub next_cursor: Option<String>,
    /// Path and query of the next page.
    pub(crate) next_link: Option<String>,
}

impl Paging {
    pub(crate) fn new(
        seal: &Seal,
        binding: &Binding<'_>,
        limit: u16,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(binding.filter)
            .append_pair("limit", &limit.to_string())
            .finish();
        let link = format!("{}?{query}", binding.path);
        let binding = serde_json::to_vec(binding).expect("a binding is texts");
        let after = cursor.map(|text| seal.open(&binding, text).ok_or_else(foreign_cursor));
        Ok(Self {
            limit,
            after: after.transpose()?,
            binding,
            seal: seal.0.clone(),
            link,
        })
    }

    /// Rows to ask the database for: one more than the page, which tells whether there is a next one.
    #[must_use]
    pub const fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// Position of the last row of the page before; none for the first page.
    ///
    /// # Errors
    /// 400 for a cursor of another kind of list.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let parsed = self.after.as_deref().map(serde_json::from_slice);
        parsed.transpose().map_err(|_| foreign_cursor())
    }

    /// Cuts the rows to the page and seals the position of its last row.
    pub fn page<T, K: Serialize>(
        &self,
        mut rows: Vec<T>,
        position: impl FnOnce(&T) -> K,
    ) -> Page<T> {
        let has_more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        let last = rows.last().filter(|_| has_more);
        let next_cursor = last.map(|row| {
            let payload = serde_json::to_vec(&position(row)).expect("a position is plain values");
            Seal(self.seal.clone()).close(&self.binding, &payload)
        });
        let next_link = next_cursor
            .as_ref()
            .map(|cursor| format!("{}&cursor={cursor}", self.link));
        Page {
            rows,
            next_cursor,
            next_link,
        }
    }
}

fn foreign_cursor() -> Problem {
    Problem::parameter(
        "cursor",
        "was not given out for this list; begin at its first page",
    )
}

#[cfg(test)]
mod tests {
    use super::Seal;

    #[test]
    fn a_seal_opens_for_its_own_binding_only() {
        let seal = Seal::new(Some(b"secret"));
        let text = seal.close(b"list", b"[1]");
        assert_eq!(seal.open(b"list", &text).as_deref(), Some(&b"[1]"[..]));
        assert_eq!(seal.open(b"other", &text), None);
        assert_eq!(Seal::new(Some(b"else")).open(b"list", &text), None);
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(seal.open(b"list", &forged), None, "{at}");
        }
        assert_eq!(seal.open(b"list", ""), None);
    }
}
