//! What the invented shops sell and who comes to them. All names are made up.

use super::entity::PartKind;

/// A part that jobs are made of; prices are cents per unit before an order's own variation.
#[derive(Debug)]
pub(crate) struct PartSpec {
    pub(crate) name: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) number: &'static str,
    pub(crate) cost: i64,
    pub(crate) retail: i64,
    pub(crate) kind: PartKind,
    /// Usual quantity.
    pub(crate) quantity: i64,
    /// Sold by volume, so that fractions occur.
    pub(crate) fluid: bool,
}

impl PartSpec {
    /// The vendor's part type: 1 part, 2 tire, 5 battery.
    pub(crate) fn kind_id(&self) -> i64 {
        match self.kind {
            PartKind::Part => 1,
            PartKind::Tire => 2,
            PartKind::Battery => 5,
        }
    }
}

const fn part(
    name: &'static str,
    number: &'static str,
    prices: (i64, i64),
    quantity: i64,
) -> PartSpec {
    let (cost, retail) = prices;
    let kind = PartKind::Part;
    PartSpec {
        name,
        brand: "Sample",
        number,
        cost,
        retail,
        kind,
        quantity,
        fluid: false,
    }
}

const fn fluid(
    name: &'static str,
    number: &'static str,
    prices: (i64, i64),
    quantity: i64,
) -> PartSpec {
    PartSpec {
        fluid: true,
        ..part(name, number, prices, quantity)
    }
}

/// The parts, addressed by index from [`TEMPLATES`].
pub(crate) const PARTS: [PartSpec; 22] = [
    fluid("Oil 0W-20", "OIL-020", (465, 985), 5),
    part("Oil filter", "OF-14", (520, 1_399), 1),
    fluid("Oil 5W-30", "OIL-530", (310, 695), 5),
    part("Brake pad set, front", "BP-100", (4_875, 11_250), 1),
    part("Brake rotor, front", "RT-200", (5_430, 10_860), 2),
    fluid("Brake fluid", "BF-3", (899, 1_899), 1),
    part("Brake pad set, rear", "BP-101", (4_310, 9_950), 1),
    part("Brake rotor, rear", "RT-201", (4_980, 9_990), 2),
    part("Cabin filter", "CF-1", (1_210, 3_295), 1),
    part("Engine air filter", "AF-9", (1_140, 2_995), 1),
    PartSpec {
        kind: PartKind::Battery,
        ..part("Battery 48H6", "BT-48", (11_890, 20_995), 1)
    },
    PartSpec {
        kind: PartKind::Tire,
        ..part(
            "All-season tire 225/60R17",
            "TR-2256017",
            (10_250, 14_900),
            4,
        )
    },
    fluid("Coolant", "CL-50", (1_150, 2_450), 2),
    fluid("Refrigerant R-1234yf", "RF-1234", (4_900, 9_900), 1),
    part("Wiper blade", "WB-22", (890, 2_195), 2),
    part("Spark plug", "SP-6", (1_060, 2_290), 4),
    part("Water pump", "WP-31", (8_760, 17_480), 1),
    part("Pump gasket", "WG-31", (640, 1_690), 1),
    part("Serpentine belt", "SB-6K", (2_310, 5_240), 1),
    part("Thermostat", "TH-2", (1_890, 4_340), 1),
    part("Light bulb H11", "LB-11", (610, 1_590), 1),
    part("Valve stem sensor", "VS-4", (2_950, 6_480), 1),
];

/// A job as shops sell it.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    /// How often it is sold, relative to the others; tuned to 1.02 parts and 1.04 labour lines per
    /// job (reference/tekmetric.md A.12.9).
    pub(crate) weight: u32,
    /// Labour lines: name and hundredths of an hour.
    pub(crate) labor: &'static [(&'static str, i64)],
    /// Indices into [`PARTS`].
    pub(crate) parts: &'static [usize],
    /// A job-level fee.
    pub(crate) fee: Option<(&'static str, i64)>,
}

const fn template(
    name: &'static str,
    category: &'static str,
    weight: u32,
    labor: &'static [(&'static str, i64)],
    parts: &'static [usize],
) -> Template {
    Template {
        name,
        category,
        weight,
        labor,
        parts,
        fee: None,
    }
}

/// What can be sold.
pub(crate) const TEMPLATES: [Template; 20] = [
    Template {
        fee: Some(("Oil disposal", 350)),
        ..template(
            "Synthetic oil change",
            "Maintenance",
            12,
            &[("Oil and filter", 50)],
            &[0, 1],
        )
    },
    Template {
        fee: Some(("Oil disposal", 350)),
        ..template(
            "Conventional oil change",
            "Maintenance",
            4,
            &[("Oil and filter", 40)],
            &[2, 1],
        )
    },
    template(
        "Tire rotation",
        "Tires",
        11,
        &[("Rotate and set pressure", 30)],
        &[],
    ),
    template(
        "Courtesy inspection",
        "Inspection",
        4,
        &[("Digital inspection", 0)],
        &[],
    ),
    template(
        "Diagnostic",
        "Diagnosis",
        9,
        &[("Diagnose concern", 100)],
        &[],
    ),
    template(
        "Front brake pads and rotors",
        "Brakes",
        6,
        &[
            ("Replace pads and rotors", 230),
            ("Brake fluid exchange", 40),
        ],
        &[3, 4, 5],
    ),
    template(
        "Rear brake pads and rotors",
        "Brakes",
        4,
        &[("Replace pads and rotors", 210)],
        &[6, 7],
    ),
    template(
        "Cabin air filter",
        "Maintenance",
        7,
        &[("Replace filter", 20)],
        &[8],
    ),
    template(
        "Engine air filter",
        "Maintenance",
        7,
        &[("Replace filter", 10)],
        &[9],
    ),
    template(
        "Battery",
        "Electrical",
        4,
        &[("Replace and register battery", 60)],
        &[10],
    ),
    template(
        "Alignment",
        "Tires",
        8,
        &[("Four wheel alignment", 100)],
        &[],
    ),
    Template {
        fee: Some(("Tire disposal", 1_600)),
        ..template(
            "Four tires",
            "Tires",
            4,
            &[("Mount and balance", 140)],
            &[11],
        )
    },
    template(
        "Coolant exchange",
        "Maintenance",
        4,
        &[("Exchange coolant", 120)],
        &[12],
    ),
    template(
        "Air conditioning recharge",
        "Climate",
        3,
        &[("Evacuate and recharge", 150)],
        &[13],
    ),
    template("Wiper blades", "Maintenance", 5, &[], &[14]),
    template("Spark plugs", "Engine", 3, &[("Replace plugs", 170)], &[15]),
    template(
        "Water pump",
        "Engine",
        2,
        &[("Replace pump", 420), ("Bleed cooling system", 50)],
        &[16, 17],
    ),
    template(
        "Belt and thermostat",
        "Engine",
        2,
        &[("Replace belt", 80), ("Replace thermostat", 110)],
        &[18, 19],
    ),
    template(
        "Headlight bulb",
        "Electrical",
        3,
        &[("Replace bulb", 30)],
        &[20],
    ),
    template(
        "Pressure sensor",
        "Tires",
        2,
        &[("Replace and learn sensor", 60)],
        &[21],
    ),
];

/// The budget supplier whose parts one demo shop books without cost.
pub(crate) const BUDGET_BRAND: &str = "ValuLine";

/// Other brands.
pub(crate) const BRANDS: [&str; 5] = ["Sample", "Northbrand", "Torqline", "Kestrel", BUDGET_BRAND];

/// Invented first names.
pub(crate) const FIRST_NAMES: [&str; 24] = [
    "Ada", "Ben", "Cleo", "Dana", "Eli", "Faye", "Gus", "Hana", "Ivo", "June", "Kit", "Lena",
    "Max", "Nia", "Otto", "Pat", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vic", "Wren", "Yara",
];

/// Invented last names.
pub(crate) const LAST_NAMES: [&str; 20] = [
    "Sample",
    "Example",
    "Placeholder",
    "Testman",
    "Mockley",
    "Fixture",
    "Stubbs",
    "Dummett",
    "Ipsum",
    "Loremley",
    "Fakewell",
    "Trialson",
    "Specimen",
    "Patternly",
    "Modelle",
    "Draftman",
    "Proofley",
    "Sketchley",
    "Blankman",
    "Scaffold",
];

/// Invented companies.
pub(crate) const COMPANIES: [&str; 6] = [
    "Sample Plumbing LLC",
    "Example Delivery Co",
    "Placeholder Landscaping",
    "Mock Catering Inc",
    "Fixture Electric",
    "Testman & Daughters",
];

/// Makes and models.
pub(crate) const CARS: [(&str, &str); 14] = [
    ("Toyota", "RAV4"),
    ("Toyota", "Camry"),
    ("Honda", "Civic"),
    ("Honda", "CR-V"),
    ("Ford", "F-150"),
    ("Ford", "Escape"),
    ("Chevrolet", "Silverado"),
    ("Chevrolet", "Equinox"),
    ("Nissan", "Rogue"),
    ("Subaru", "Outback"),
    ("Hyundai", "Tucson"),
    ("Kia", "Sorento"),
    ("Jeep", "Wrangler"),
    ("Volkswagen", "Jetta"),
];

/// Colours; some vehicles have none on file.
pub(crate) const COLORS: [&str; 6] = ["White", "Black", "Silver", "Blue", "Red", "Gray"];

/// What customers complain about.
pub(crate) const CONCERNS: [&str; 6] = [
    "Grinding noise when braking",
    "Check engine light is on",
    "Pulls to the right",
    "Due for oil change",
    "Air conditioning blows warm",
    "Hard to start in the morning",
];

/// Where customers come from.
pub(crate) const LEAD_SOURCES: [&str; 4] = ["Website", "Referral", "Drive-by", "Repeat"];
