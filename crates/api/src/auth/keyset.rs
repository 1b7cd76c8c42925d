//! The issuer's public keys: fetched from the configured address only, kept, and fetched again with restraint.

use super::issuer::Issuer;
use super::strict_json;
use super::token::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// An unknown key id may be a new key, or anybody's invention: the issuer is asked again at most this often.
const REFETCH_FLOOR: SignedDuration = SignedDuration::from_mins(10);
/// Without any key nobody can sign in; then asking again soon is worth it.
const FIRST_FETCH_FLOOR: SignedDuration = SignedDuration::from_secs(5);
/// A key that the issuer took back is forgotten after this long at the latest.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// More than any issuer publishes.
const KEYS_LIMIT: usize = 64;

const UNKNOWN_KEY: Refusal = Refusal("the token's key is not one of the issuer's");
const BAD_SIGNATURE: Refusal = Refusal("the token's signature is not valid");

/// What a key can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alg {
    Es256,
    Rs256,
}

enum Material {
    /// An uncompressed point on P-256.
    Point(Vec<u8>),
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

struct Key {
    id: Option<String>,
    material: Material,
}

#[derive(Default)]
struct Fetched {
    keys: Vec<Key>,
    at: Option<Timestamp>,
}

pub(crate) struct KeySet {
    url: String,
    issuer: Arc<dyn Issuer>,
    current: RwLock<Arc<Fetched>>,
    /// When the issuer was last asked, with or without success; held while asking.
    asked: Mutex<Option<Timestamp>>,
}

impl KeySet {
    pub(crate) fn new(url: String, issuer: Arc<dyn Issuer>) -> Self {
        Self {
            url,
            issuer,
            current: RwLock::default(),
            asked: Mutex::default(),
        }
    }

    /// Checks a signature with the key of this id; without an id the set must have exactly one key.
    pub(super) async fn check(
        &self,
        alg: Alg,
        kid: Option<&str>,
        clock: &Clock,
        (signed, signature): (&[u8], &[u8]),
    ) -> Result<(), Refusal> {
        let now = clock.now();
        let mut known = self.current();
        if known.key(kid).is_none() || known.is_old(now) {
            self.fetch_again(now).await;
            known = self.current();
        }
        let key = known.key(kid).ok_or(UNKNOWN_KEY)?;
        key.verify(alg, signed, signature)
    }

    fn current(&self) -> Arc<Fetched> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn fetch_again(&self, now: Timestamp) {
        let mut asked = self.asked.lock().await;
        let has_keys = !self.current().keys.is_empty();
        let floor = if has_keys {
            REFETCH_FLOOR
        } else {
            FIRST_FETCH_FLOOR
        };
        if asked.is_some_and(|last| now.duration_since(last) < floor) {
            return;
        }
        *asked = Some(now);
        match self.issuer.get(&self.url).await {
            Ok(body) => {
                let fetched = Fetched {
                    keys: parse(&body),
                    at: Some(now),
                };
                if fetched.keys.is_empty() {
                    tracing::warn!("the issuer's key set holds no key that can be used");
                }
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fetched);
            }
            Err(error) => tracing::warn!(error, "the issuer's key set was not read"),
        }
    }
}

impl Fetched {
    fn key(&self, kid: Option<&str>) -> Option<&Key> {
        match kid {
            Some(kid) => self.keys.iter().find(|key| key.id.as_deref() == Some(kid)),
            None if self.keys.len() == 1 => self.keys.first(),
            None => None,
        }
    }

    fn is_old(&self, now: Timestamp) -> bool {
        self.at.is_none_or(|at| now.duration_since(at) > LIFETIME)
    }
}

impl Key {
    fn verify(&self, alg: Alg, signed: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let verified = match (&self.material, alg) {
            (Material::Point(point), Alg::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            (Material::Rsa { n, e }, Alg::Rs256) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
            // A key checks its own algorithm and no other.
            (Material::Point(_), Alg::Rs256) | (Material::Rsa { .. }, Alg::Es256) => {
                return Err(BAD_SIGNATURE);
            }
        };
        verified.map_err(|_| BAD_SIGNATURE)
    }
}

/// The keys that can be used; others (symmetric, for encryption, of other curves) are passed over.
fn parse(body: &[u8]) -> Vec<Key> {
    let set = strict_json::object(body).unwrap_or_default();
    let Some(Value::Array(keys)) = set.get("keys") else {
        return Vec::new();
    };
    keys.iter()
        .take(KEYS_LIMIT)
        .filter_map(Value::as_object)
        .filter_map(key)
        .collect()
}

fn key(jwk: &Map<String, Value>) -> Option<Key> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
    if text("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    let is_for = |alg: &str| text("alg").is_none_or(|named| named == alg);
    let material = match (text("kty")?, text("crv")) {
        ("EC", Some("P-256")) if is_for("ES256") => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            let mut point = vec![4];
            point.extend(x);
            point.extend(y);
            Material::Point(point)
        }
        ("RSA", None) if is_for("RS256") => Material::Rsa {
            n: bytes("n")?,
            e: bytes("e")?,
        },
        _ => return None,
    };
    Some(Key {
        id: text("kid").map(str::to_owned),
        material,
    })
}
