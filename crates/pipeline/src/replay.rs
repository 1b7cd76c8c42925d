//! Canonical rows again from the raw payloads, without the vendor.
