//! The queries of reference/commerce-apis.md 1.7, word for word, and what they cost.

use serde_json::json;

use crate::client::{ask, data};
use crate::serving;

/// `M` of the reference.
const MONEY: &str = "{shopMoney{amount currencyCode} presentmentMoney{amount currencyCode}}";

const QUERIES: [(&str, i64, &str); 9] = [
    (
        "orders",
        410,
        "query Orders($q: String!, $after: String) { orders(first: 25, after: $after, query: $q, sortKey: \
         UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { id name createdAt processedAt updatedAt \
         closedAt cancelledAt cancelReason test confirmed edited taxesIncluded sourceName tags currencyCode \
         presentmentCurrencyCode displayFinancialStatus displayFulfillmentStatus returnStatus customer { id \
         createdAt numberOfOrders } totalPriceSet M currentTotalPriceSet M subtotalPriceSet M totalDiscountsSet M \
         totalTaxSet M currentTotalTaxSet M totalShippingPriceSet M totalRefundedSet M netPaymentSet M \
         shippingLines(first: 5) { nodes { id title originalPriceSet M discountedPriceSet M taxLines { title rate \
         priceSet M } } } discountApplications(first: 10) { nodes { __typename index targetType allocationMethod \
         targetSelection value { ... on MoneyV2 { amount currencyCode } ... on PricingPercentageValue { \
         percentage } } ... on DiscountCodeApplication { code } } } lineItems(first: 50) { pageInfo { hasNextPage \
         endCursor } nodes { id sku title variantTitle quantity currentQuantity unfulfilledQuantity isGiftCard \
         requiresShipping product { id } variant { id } originalUnitPriceSet M discountedTotalSet M \
         discountAllocations { allocatedAmountSet M discountApplication { index } } taxLines { title rate \
         priceSet M } } } fulfillments(first: 10) { id status displayStatus createdAt updatedAt inTransitAt \
         deliveredAt estimatedDeliveryAt totalQuantity location { id } trackingInfo(first: 5) { company number \
         url } } refunds(first: 10) { id createdAt processedAt updatedAt totalRefundedSet M } } } }",
    ),
    (
        "refund lines",
        43,
        "query($ids:[ID!]!){nodes(ids:$ids){... on Refund{id createdAt processedAt updatedAt note \
         totalRefundedSet M order{id} return{id} refundLineItems(first:50){pageInfo{hasNextPage endCursor} \
         nodes{id quantity restockType restocked lineItem{id} subtotalSet M totalTaxSet M location{id}}} \
         refundShippingLines(first:5){nodes{id subtotalAmountSet M taxAmountSet M}} \
         orderAdjustments(first:10){nodes{id reason amountSet M taxAmountSet M}} transactions(first:10){nodes{id \
         kind status gateway processedAt amountSet M}}}}}",
    ),
    (
        "sales ledger",
        105,
        "query($id:ID!){order(id:$id){id updatedAt agreements(first:25){pageInfo{hasNextPage endCursor} \
         nodes{__typename id happenedAt reason sales(first:50){pageInfo{hasNextPage endCursor} nodes{__typename \
         id actionType lineType quantity totalAmount M totalTaxAmount M totalDiscountAmountBeforeTaxes M ... on \
         ProductSale{lineItem{id}}}}}}}}",
    ),
    (
        "products",
        219,
        " \
         query($q:String!,$after:String){products(first:50,after:$after,query:$q,sortKey:UPDATED_AT){pageInfo{hasNextPage \
         endCursor} nodes{id title handle status productType vendor tags isGiftCard createdAt updatedAt \
         variantsCount{count precision} variants(first:100){pageInfo{hasNextPage endCursor} nodes{id sku barcode \
         title price compareAtPrice position inventoryPolicy inventoryQuantity updatedAt inventoryItem{id tracked \
         unitCost{amount currencyCode}}}}}}}",
    ),
    (
        "inventory per location",
        30,
        "query($loc:ID!,$q:String,$after:String){location(id:$loc){id name isActive \
         inventoryLevels(first:100,after:$after,query:$q){pageInfo{hasNextPage endCursor} nodes{id updatedAt \
         item{id sku tracked} \
         quantities(names:[\"available\",\"on_hand\",\"committed\",\"incoming\",\"reserved\",\"damaged\",\"safety_stock\",\"quality_control\"]){name \
         quantity updatedAt}}}}}",
    ),
    (
        "customers",
        38,
        " \
         query($q:String!,$after:String){customers(first:100,after:$after,query:$q,sortKey:UPDATED_AT){pageInfo{hasNextPage \
         endCursor} nodes{id createdAt updatedAt state numberOfOrders amountSpent{amount currencyCode} tags \
         verifiedEmail lastOrder{id} defaultEmailAddress{emailAddress marketingState} \
         defaultPhoneNumber{phoneNumber}}}}",
    ),
    (
        "fulfilment orders",
        149,
        " \
         query($q:String!,$after:String){fulfillmentOrders(first:50,after:$after,query:$q,sortKey:UPDATED_AT,includeClosed:true){pageInfo{hasNextPage \
         endCursor} nodes{id orderId orderName status requestStatus createdAt updatedAt fulfillAt fulfillBy \
         assignedLocation{name location{id}} deliveryMethod{methodType} fulfillmentHolds{reason reasonNotes} \
         lineItems(first:50){pageInfo{hasNextPage endCursor} nodes{id totalQuantity remainingQuantity sku \
         lineItem{id}}}}}}",
    ),
    (
        "shop",
        2,
        "{shop{id name myshopifyDomain currencyCode enabledPresentmentCurrencies ianaTimezone \
         timezoneOffsetMinutes taxesIncluded plan{publicDisplayName shopifyPlus partnerDevelopment}}}",
    ),
    (
        "deletes",
        11,
        " \
         query($q:String!,$after:String){events(first:100,after:$after,query:$q,sortKey:CREATED_AT){pageInfo{hasNextPage \
         endCursor} nodes{__typename id action createdAt message ... on BasicEvent{subjectId subjectType}}}}",
    ),
];

#[tokio::test]
async fn the_documented_queries_are_served_at_their_documented_cost() {
    let running = serving(20).await;
    let found = data(
        &running,
        "{orders(first:250,sortKey:ID){nodes{id refunds(first:1){id}}}}",
        json!({}),
    )
    .await;
    let orders = found["orders"]["nodes"].as_array().expect("orders");
    let refund = orders
        .iter()
        .find_map(|order| order["refunds"][0]["id"].as_str());
    let location = "gid://shopify/Location/8001";
    for (name, cost, query) in QUERIES {
        let query = ["Set", "Amount", "Taxes"]
            .iter()
            .fold(query.to_owned(), |query, end| {
                query.replace(&format!("{end} M"), &format!("{end} {MONEY}"))
            });
        let mut variables =
            json!({"q": "", "loc": location, "ids": [refund], "id": orders[0]["id"]});
        if name == "deletes" {
            variables["q"] = json!("action:destroy");
        }
        let answer = ask(&running, &query, variables).await;
        assert!(
            answer.get("errors").is_none(),
            "{name}: {}",
            answer["errors"]
        );
        assert_eq!(
            answer["extensions"]["cost"]["requestedQueryCost"], cost,
            "{name}"
        );
    }
}
