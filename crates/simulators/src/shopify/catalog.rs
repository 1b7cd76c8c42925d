//! Products, their variants and what lies on the shelves at first.

use super::config::WorldConfig;
use super::entity::{Level, Product, Variant};
use crate::dice::Dice;
use crate::{Cents, Stamp};

/// Type, what it is called, its lowest price in whole units of money, and whether it makes cars faster.
const KINDS: [(&str, &str, i64, bool); 20] = [
    ("Engine & Drivetrain", "Camshaft", 220, true),
    ("Fuel & Ignition", "Four-Barrel Carburetor", 310, true),
    ("Exhaust & Intake", "Header Set", 190, true),
    ("Brakes & Wheels", "Disc Brake Kit", 260, true),
    ("Suspension & Steering", "Coil Spring Pair", 140, true),
    ("Electrical & Lighting", "Headlight Pair", 60, false),
    ("Interior & Trim", "Gauge Cluster", 180, false),
    ("Exterior & Body", "Grille Insert", 120, false),
    ("Accessories & Apparel", "Workshop Tee", 25, false),
    ("Tools & Equipment", "Timing Light", 45, false),
    ("Fuel & Ignition", "Distributor", 130, true),
    ("Engine & Drivetrain", "Gasket Set", 35, false),
    ("Brakes & Wheels", "Steel Wheel", 95, false),
    ("Suspension & Steering", "Steering Box", 340, false),
    ("Exhaust & Intake", "Intake Manifold", 280, true),
    ("Interior & Trim", "Bench Seat Cover", 150, false),
    ("Electrical & Lighting", "Wiring Harness", 210, false),
    ("Exterior & Body", "Running Board", 175, false),
    ("Accessories & Apparel", "Key Fob", 12, false),
    ("Tools & Equipment", "Feeler Gauge", 15, false),
];
const CARS: [&str; 8] = [
    "1932 Ford Model B",
    "1934 Ford Coupe",
    "1940 Ford Deluxe",
    "1955 Chevrolet Bel Air",
    "1957 Chevrolet 150",
    "1949 Mercury Eight",
    "1969 Dodge Charger",
    "1967 Pontiac GTO",
];
const FINISHES: [&str; 4] = ["Raw", "Black", "Chrome", "Polished"];

/// The index of the gift card's only variant.
pub(crate) const fn gift_card(products: usize) -> usize {
    (products - 1) * 4
}

/// How often a variant is chosen: a few sell much, most little.
pub(crate) fn weight(index: usize) -> u32 {
    u32::try_from(4_000 / (index % 250 + 12)).unwrap_or(1)
}

/// The variants that the planted stock-outs starve.
pub(crate) fn starved(products: usize) -> Vec<usize> {
    (0..gift_card(products).min(10)).collect()
}

/// All products and variants, four to a product, then the gift card.
pub(crate) fn goods(config: &WorldConfig) -> (Vec<Product>, Vec<Variant>, Vec<Level>) {
    let born = config
        .start
        .plus(-i64::from(config.history_days) * super::config::DAY - 400_000);
    let (mut products, mut variants, mut levels) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..config.products {
        let mut dice = Dice::new(config.seed, 0x900d_0000 + index as u64);
        let last = index + 1 == config.products;
        let (kind, noun, base, fast) = KINDS[index % KINDS.len()];
        let car = CARS[index / KINDS.len() % CARS.len()];
        let title = if last {
            "Gift Card".to_owned()
        } else {
            format!("{noun} for {car}, series {}", 1 + index / 160)
        };
        let mut tags = vec![
            car.to_owned(),
            if fast { "performance" } else { "restoration" }.to_owned(),
        ];
        if last {
            tags = vec!["gift".to_owned()];
        }
        products.push(Product {
            handle: title.to_lowercase().replace([' ', ','], "-"),
            title,
            kind: if last { "Gift Cards" } else { kind },
            status: if index % 53 == 52 {
                "ARCHIVED"
            } else {
                "ACTIVE"
            },
            tags,
            gift_card: last,
            created: born,
            updated: born,
            deleted: false,
        });
        for place in 0..if last { 1 } else { 4 } {
            let variant = variants.len();
            let price = if last {
                5_000
            } else {
                base * 100 + dice.between(0, base * 40) / 5 * 5 + place as i64 * 500
            };
            variants.push(Variant {
                product: index,
                sku: (variant % 97 != 96)
                    .then(|| format!("SP-{index:04}-{}", ["R", "B", "C", "P"][place])),
                title: if last {
                    "Default Title"
                } else {
                    FINISHES[place]
                },
                price: Cents(price),
                cost: (variant % 41 != 40 && !last)
                    .then(|| Cents(price * dice.between(45, 68) / 100)),
                position: place + 1,
                continues: variant % 23 == 22,
                tracked: !last,
                updated: born,
                deleted: false,
            });
            levels.extend([
                level(born, dice.between(25, 70)),
                level(born, dice.between(4, 20)),
            ]);
        }
    }
    (products, variants, levels)
}

fn level(at: Stamp, available: i64) -> Level {
    Level {
        available,
        committed: 0,
        incoming: 0,
        created: at,
        updated: at,
        counted: None,
    }
}
