//! The part of the vendor's schema that is served. What is not in here is an error, as at the vendor.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How a field's value is shaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    One,
    List,
    Connection,
}

#[derive(Debug)]
pub(crate) struct FieldDef {
    /// The type's name; empty for scalars and enums.
    pub(crate) of: &'static str,
    pub(crate) shape: Shape,
    pub(crate) args: Vec<&'static str>,
}

/// `field(arguments):Type`, with `*` behind a plain list and `@` behind a connection; without a type it is a scalar.
const TYPES: &[(&str, &str)] = &[
    (
        "QueryRoot",
        "shop:Shop order(id!):Order orders(query,sortKey):Order@ ordersCount(query,limit):Count product(id!):Product \
         products(query,sortKey):Product@ productsCount(query,limit):Count productVariant(id!):ProductVariant \
         productVariants(query,sortKey):ProductVariant@ inventoryItem(id!):InventoryItem inventoryItems(query):InventoryItem@ \
         inventoryLevel(id!):InventoryLevel location(id):Location locations(query,sortKey,includeInactive,includeLegacy):Location@ \
         customer(id!):Customer customers(query,sortKey):Customer@ customersCount(query,limit):Count refund(id!):Refund \
         fulfillment(id!):Fulfillment fulfillmentOrders(query,sortKey,includeClosed):FulfillmentOrder@ \
         events(query,sortKey):Event@ node(id!):Node nodes(ids!):Node* bulkOperation(id!):BulkOperation \
         currentBulkOperation(type):BulkOperation appInstallation:AppInstallation",
    ),
    (
        "Mutation",
        "bulkOperationRunQuery(query!,groupObjects):BulkPayload bulkOperationCancel(id!):BulkPayload",
    ),
    (
        "BulkPayload",
        "bulkOperation:BulkOperation userErrors:UserError*",
    ),
    ("UserError", "field message code"),
    (
        "BulkOperation",
        "id status type query url partialDataUrl errorCode objectCount rootObjectCount fileSize createdAt completedAt",
    ),
    ("AppInstallation", "id accessScopes:AccessScope*"),
    ("AccessScope", "handle description"),
    ("Node", "id"),
    (
        "PageInfo",
        "hasNextPage hasPreviousPage startCursor endCursor",
    ),
    ("Count", "count precision"),
    ("MoneyV2", "amount currencyCode"),
    ("MoneyBag", "shopMoney:MoneyV2 presentmentMoney:MoneyV2"),
    (
        "Shop",
        "id name email myshopifyDomain currencyCode enabledPresentmentCurrencies ianaTimezone timezoneOffsetMinutes \
         taxesIncluded createdAt plan:ShopPlan",
    ),
    (
        "ShopPlan",
        "publicDisplayName displayName shopifyPlus partnerDevelopment",
    ),
    (
        "Order",
        "id legacyResourceId name number createdAt processedAt updatedAt closedAt closed cancelledAt cancelReason test \
         confirmed edited taxesIncluded sourceName tags currencyCode presentmentCurrencyCode displayFinancialStatus \
         displayFulfillmentStatus returnStatus email phone note customer:Customer totalPriceSet:MoneyBag \
         currentTotalPriceSet:MoneyBag subtotalPriceSet:MoneyBag currentSubtotalPriceSet:MoneyBag \
         totalDiscountsSet:MoneyBag totalTaxSet:MoneyBag currentTotalTaxSet:MoneyBag totalShippingPriceSet:MoneyBag \
         totalRefundedSet:MoneyBag totalReceivedSet:MoneyBag netPaymentSet:MoneyBag totalOutstandingSet:MoneyBag \
         shippingLines(includeRemovals):ShippingLine@ discountApplications:DiscountApplication@ lineItems:LineItem@ \
         fulfillments(first):Fulfillment* fulfillmentsCount:Count fulfillmentOrders(displayable):FulfillmentOrder@ \
         refunds(first):Refund* transactions(first):OrderTransaction* transactionsCount:Count agreements:SalesAgreement@",
    ),
    (
        "LineItem",
        "id sku title name vendor variantTitle quantity currentQuantity refundableQuantity unfulfilledQuantity \
         nonFulfillableQuantity isGiftCard requiresShipping product:Product variant:ProductVariant \
         originalUnitPriceSet:MoneyBag originalTotalSet:MoneyBag discountedTotalSet:MoneyBag totalDiscountSet:MoneyBag \
         discountAllocations:DiscountAllocation* taxLines(first):TaxLine*",
    ),
    (
        "DiscountAllocation",
        "allocatedAmountSet:MoneyBag discountApplication:DiscountApplication",
    ),
    ("TaxLine", "title rate priceSet:MoneyBag"),
    (
        "ShippingLine",
        "id title code isRemoved originalPriceSet:MoneyBag discountedPriceSet:MoneyBag \
         currentDiscountedPriceSet:MoneyBag taxLines:TaxLine* discountAllocations:DiscountAllocation*",
    ),
    (
        "DiscountApplication",
        "index targetType targetSelection allocationMethod value:PricingValue",
    ),
    (
        "DiscountCodeApplication",
        "code index targetType targetSelection allocationMethod value:PricingValue",
    ),
    ("ManualDiscountApplication", "title description index"),
    ("AutomaticDiscountApplication", "title index"),
    ("ScriptDiscountApplication", "title index"),
    ("PricingValue", ""),
    ("PricingPercentageValue", "percentage"),
    (
        "Refund",
        "id legacyResourceId createdAt processedAt updatedAt note totalRefundedSet:MoneyBag order:Order return:Return \
         refundLineItems:RefundLineItem@ refundShippingLines:RefundShippingLine@ orderAdjustments:OrderAdjustment@ \
         transactions:OrderTransaction@",
    ),
    ("Return", "id name status"),
    (
        "RefundLineItem",
        "id quantity restockType restocked lineItem:LineItem location:Location subtotalSet:MoneyBag totalTaxSet:MoneyBag \
         priceSet:MoneyBag",
    ),
    (
        "RefundShippingLine",
        "id subtotalAmountSet:MoneyBag taxAmountSet:MoneyBag",
    ),
    (
        "OrderAdjustment",
        "id reason amountSet:MoneyBag taxAmountSet:MoneyBag",
    ),
    (
        "OrderTransaction",
        "id kind status gateway test processedAt createdAt amountSet:MoneyBag parentTransaction:OrderTransaction",
    ),
    (
        "Fulfillment",
        "id name status displayStatus createdAt updatedAt inTransitAt deliveredAt estimatedDeliveryAt totalQuantity \
         location:Location order:Order trackingInfo(first):FulfillmentTrackingInfo* fulfillmentLineItems:FulfillmentLineItem@",
    ),
    ("FulfillmentTrackingInfo", "company number url"),
    ("FulfillmentLineItem", "id quantity lineItem:LineItem"),
    (
        "FulfillmentOrder",
        "id orderId orderName orderProcessedAt status requestStatus createdAt updatedAt fulfillAt fulfillBy order:Order \
         assignedLocation:AssignedLocation deliveryMethod:DeliveryMethod fulfillmentHolds:FulfillmentHold* \
         lineItems:FulfillmentOrderLineItem@",
    ),
    ("AssignedLocation", "name location:Location"),
    ("DeliveryMethod", "methodType"),
    ("FulfillmentHold", "reason reasonNotes"),
    (
        "FulfillmentOrderLineItem",
        "id totalQuantity remainingQuantity sku lineItem:LineItem",
    ),
    ("SalesAgreement", "id happenedAt reason sales:Sale@"),
    (
        "Sale",
        "id actionType lineType quantity totalAmount:MoneyBag totalTaxAmount:MoneyBag \
         totalDiscountAmountBeforeTaxes:MoneyBag totalDiscountAmountAfterTaxes:MoneyBag",
    ),
    ("ProductSale", "id lineItem:LineItem"),
    ("GiftCardSale", "id lineItem:LineItem"),
    ("ShippingLineSale", "id shippingLine:ShippingLine"),
    ("AdjustmentSale", "id"),
    (
        "Customer",
        "id legacyResourceId createdAt updatedAt state numberOfOrders amountSpent:MoneyV2 tags verifiedEmail firstName \
         lastName displayName taxExempt lastOrder:Order defaultEmailAddress:CustomerEmailAddress \
         defaultPhoneNumber:CustomerPhoneNumber",
    ),
    ("CustomerEmailAddress", "emailAddress marketingState"),
    ("CustomerPhoneNumber", "phoneNumber"),
    (
        "Product",
        "id legacyResourceId title handle status productType vendor tags isGiftCard totalInventory tracksInventory \
         createdAt updatedAt publishedAt variantsCount:Count variants:ProductVariant@",
    ),
    (
        "ProductVariant",
        "id legacyResourceId sku barcode title displayName price compareAtPrice position inventoryPolicy inventoryQuantity \
         sellableOnlineQuantity taxable createdAt updatedAt product:Product inventoryItem:InventoryItem",
    ),
    (
        "InventoryItem",
        "id legacyResourceId sku tracked requiresShipping duplicateSkuCount createdAt updatedAt unitCost:MoneyV2 \
         variant:ProductVariant variants:ProductVariant@ inventoryLevels(query):InventoryLevel@ \
         inventoryLevel(locationId!):InventoryLevel",
    ),
    (
        "InventoryLevel",
        "id createdAt updatedAt isActive item:InventoryItem location:Location quantities(names!):InventoryQuantity*",
    ),
    ("InventoryQuantity", "id name quantity updatedAt"),
    (
        "Location",
        "id legacyResourceId name isActive createdAt updatedAt fulfillsOnlineOrders inventoryLevels(query):InventoryLevel@",
    ),
    ("Event", "id action createdAt message"),
    (
        "BasicEvent",
        "id action createdAt message subjectId subjectType",
    ),
];

static SCHEMA: LazyLock<BTreeMap<&'static str, BTreeMap<&'static str, FieldDef>>> =
    LazyLock::new(|| {
        TYPES
            .iter()
            .map(|(name, text)| (*name, text.split_whitespace().map(field).collect()))
            .collect()
    });

fn field(text: &'static str) -> (&'static str, FieldDef) {
    let (head, of) = text.split_once(':').unwrap_or((text, ""));
    let (of, shape) = match of.as_bytes().last() {
        Some(b'@') => (&of[..of.len() - 1], Shape::Connection),
        Some(b'*') => (&of[..of.len() - 1], Shape::List),
        _ => (of, Shape::One),
    };
    let (name, args) = head.split_once('(').unwrap_or((head, ""));
    let mut args: Vec<&str> = args
        .trim_end_matches(')')
        .split(',')
        .filter(|arg| !arg.is_empty())
        .collect();
    if shape == Shape::Connection {
        args.extend(["first", "after", "last", "before", "reverse"]);
    }
    (name, FieldDef { of, shape, args })
}

/// A field of a type.
pub(crate) fn look_up(of: &str, name: &str) -> Option<&'static FieldDef> {
    SCHEMA.get(of)?.get(name)
}

/// Whether an object of a type answers to a fragment on another one.
pub(crate) fn answers_to(of: &str, wanted: &str) -> bool {
    of == wanted
        || match wanted {
            "Node" => true,
            "DiscountApplication" => of.ends_with("Application"),
            "SalesAgreement" => of.ends_with("Agreement"),
            "Sale" => of.ends_with("Sale"),
            "Event" => of == "BasicEvent",
            "PricingValue" => of == "MoneyV2" || of == "PricingPercentageValue",
            _ => false,
        }
}

/// The scope that a root field or a link to another kind of record asks for.
pub(crate) fn scope(field: &str) -> Option<&'static str> {
    Some(match field {
        "order" | "orders" | "ordersCount" | "refund" | "agreements" => "read_orders",
        "product" | "products" | "productsCount" | "productVariant" | "productVariants" => {
            "read_products"
        }
        "inventoryItem" | "inventoryItems" | "inventoryLevel" | "inventoryLevels" | "unitCost" => {
            "read_inventory"
        }
        "location" | "locations" => "read_locations",
        "customer" | "customers" | "customersCount" => "read_customers",
        "fulfillment" | "fulfillments" => "read_fulfillments",
        "fulfillmentOrders" => "read_merchant_managed_fulfillment_orders",
        _ => return None,
    })
}

/// The schema's own text of a type's name.
pub(crate) fn name_of(of: &str) -> Option<&'static str> {
    SCHEMA.get_key_value(of).map(|(name, _)| *name)
}
