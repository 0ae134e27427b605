// Made by `npm run generate` from docs/contracts/asyncapi.json: change that instead.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * InventoryLowStock
         * @description `available` crossed the threshold downwards; told once per crossing.
         */
        InventoryLowStock: {
            sku: string;
            available: number;
            threshold: number;
        };
        /**
         * InventoryReleased
         * @description The order holds no stock any more; `lines` is empty when it never held any.
         */
        InventoryReleased: {
            /** Format: uuid */
            order_id: string;
            reason: string;
            lines: components["schemas"]["StockLine"][];
        };
        /**
         * InventoryReservationFailed
         * @description The reservation was refused as a whole; `lines` are those that fell short.
         */
        InventoryReservationFailed: {
            /** Format: uuid */
            order_id: string;
            reason: string;
            lines: components["schemas"]["ShortLine"][];
        };
        /**
         * InventoryReserved
         * @description Every line of the order is reserved.
         */
        InventoryReserved: {
            /** Format: uuid */
            order_id: string;
            lines: components["schemas"]["StockLine"][];
        };
        /**
         * InventoryUpdated
         * @description A product was created or changed, or its stock was adjusted or shipped. The whole product as it then was.
         */
        InventoryUpdated: {
            /** @enum {string} */
            cause: "created" | "changed" | "adjusted" | "shipped";
            sku: string;
            name: string;
            description: string;
            category: string;
            image: string;
            /** @enum {string} */
            status: "AVAILABLE" | "OUT_OF_STOCK" | "DISCONTINUED";
            prices: {
                [key: string]: number;
            };
            on_hand: number;
            reserved: number;
            available: number;
            low_stock_threshold: number;
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** Item */
        Item: {
            sku: string;
            quantity: number;
        };
        /**
         * OrderCancelled
         * @description The order was ended by the shopper, by staff or by its expiry.
         */
        OrderCancelled: {
            /** Format: uuid */
            order_id: string;
            /** @enum {string} */
            reason: "customer_request" | "staff_request" | "expired";
            /** @enum {string} */
            previous_status: "PENDING" | "CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED" | "CANCELLED" | "FAILED";
        };
        /**
         * OrderConfirmed
         * @description Stock is reserved and the payment is taken.
         */
        OrderConfirmed: {
            /** Format: uuid */
            order_id: string;
            items: components["schemas"]["Item"][];
            total: number;
            currency: string;
        };
        /**
         * OrderCreated
         * @description An order was placed and is PENDING.
         */
        OrderCreated: {
            /** Format: uuid */
            order_id: string;
            number: string;
            customer_id: string;
            items: components["schemas"]["PricedItem"][];
            total: number;
            currency: string;
            payment_method: string;
            /** Format: date-time */
            expires_at: string;
        };
        /**
         * OrderFailed
         * @description The order could not be fulfilled; what was done for it is being undone.
         */
        OrderFailed: {
            /** Format: uuid */
            order_id: string;
            /** @enum {string} */
            reason: "payment_declined" | "out_of_stock";
            detail: string;
        };
        /**
         * OrderUpdated
         * @description The order went on to PROCESSING, SHIPPED or DELIVERED, or its details were edited (`changes` names the fields).
         */
        OrderUpdated: {
            /** Format: uuid */
            order_id: string;
            /** @enum {string} */
            status: "PENDING" | "CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED" | "CANCELLED" | "FAILED";
            /** @enum {string} */
            previous_status: "PENDING" | "CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED" | "CANCELLED" | "FAILED";
            /** @default [] */
            changes?: string[];
            /** @default null */
            tracking_number?: string | null;
        };
        /**
         * PaymentCancelled
         * @description The payment ended before any money moved.
         */
        PaymentCancelled: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            reason: string;
        };
        /**
         * PaymentFailed
         * @description The provider declined for good.
         */
        PaymentFailed: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            amount: number;
            currency: string;
            code: string;
            message: string;
        };
        /**
         * PaymentInitiated
         * @description A payment is recorded for a new order; no money has moved.
         */
        PaymentInitiated: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            amount: number;
            currency: string;
        };
        /**
         * PaymentProcessed
         * @description The provider took the money.
         */
        PaymentProcessed: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            amount: number;
            currency: string;
            provider_reference: string;
        };
        /**
         * PaymentRefundFailed
         * @description The provider refused a refund; the money is still with us.
         */
        PaymentRefundFailed: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            /** Format: uuid */
            refund_id: string;
            amount: number;
            currency: string;
            code: string;
        };
        /**
         * PaymentRefunded
         * @description A refund succeeded. `refunded_total` and `remaining` are the values after it.
         */
        PaymentRefunded: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            order_id: string;
            /** Format: uuid */
            refund_id: string;
            amount: number;
            currency: string;
            refunded_total: number;
            remaining: number;
            reason: string;
        };
        /** PricedItem */
        PricedItem: {
            sku: string;
            quantity: number;
            unit_price: number;
            line_total: number;
        };
        /** ShortLine */
        ShortLine: {
            sku: string;
            requested: number;
            available: number;
        };
        /**
         * StockLine
         * @description `available` is the SKU's stock left for others after the event.
         */
        StockLine: {
            sku: string;
            quantity: number;
            available: number;
        };
        /**
         * order.created
         * @description An order was placed and is PENDING.
         */
        "order.created": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/order-service";
            /** @constant */
            type: "order.created";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:order.created:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["OrderCreated"];
        };
        /**
         * order.confirmed
         * @description Stock is reserved and the payment is taken.
         */
        "order.confirmed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/order-service";
            /** @constant */
            type: "order.confirmed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:order.confirmed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["OrderConfirmed"];
        };
        /**
         * order.updated
         * @description The order went on to PROCESSING, SHIPPED or DELIVERED, or its details were edited (`changes` names the fields).
         */
        "order.updated": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/order-service";
            /** @constant */
            type: "order.updated";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:order.updated:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["OrderUpdated"];
        };
        /**
         * order.cancelled
         * @description The order was ended by the shopper, by staff or by its expiry.
         */
        "order.cancelled": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/order-service";
            /** @constant */
            type: "order.cancelled";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:order.cancelled:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["OrderCancelled"];
        };
        /**
         * order.failed
         * @description The order could not be fulfilled; what was done for it is being undone.
         */
        "order.failed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/order-service";
            /** @constant */
            type: "order.failed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:order.failed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["OrderFailed"];
        };
        /**
         * payment.initiated
         * @description A payment is recorded for a new order; no money has moved.
         */
        "payment.initiated": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.initiated";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.initiated:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentInitiated"];
        };
        /**
         * payment.processed
         * @description The provider took the money.
         */
        "payment.processed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.processed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.processed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentProcessed"];
        };
        /**
         * payment.failed
         * @description The provider declined for good.
         */
        "payment.failed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.failed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.failed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentFailed"];
        };
        /**
         * payment.cancelled
         * @description The payment ended before any money moved.
         */
        "payment.cancelled": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.cancelled";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.cancelled:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentCancelled"];
        };
        /**
         * payment.refunded
         * @description A refund succeeded. `refunded_total` and `remaining` are the values after it.
         */
        "payment.refunded": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.refunded";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.refunded:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentRefunded"];
        };
        /**
         * payment.refund_failed
         * @description The provider refused a refund; the money is still with us.
         */
        "payment.refund_failed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/payment-service";
            /** @constant */
            type: "payment.refund_failed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:payment.refund_failed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["PaymentRefundFailed"];
        };
        /**
         * inventory.reserved
         * @description Every line of the order is reserved.
         */
        "inventory.reserved": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/inventory-service";
            /** @constant */
            type: "inventory.reserved";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:inventory.reserved:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["InventoryReserved"];
        };
        /**
         * inventory.reservation_failed
         * @description The reservation was refused as a whole; `lines` are those that fell short.
         */
        "inventory.reservation_failed": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/inventory-service";
            /** @constant */
            type: "inventory.reservation_failed";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:inventory.reservation_failed:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["InventoryReservationFailed"];
        };
        /**
         * inventory.released
         * @description The order holds no stock any more; `lines` is empty when it never held any.
         */
        "inventory.released": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/inventory-service";
            /** @constant */
            type: "inventory.released";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:inventory.released:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["InventoryReleased"];
        };
        /**
         * inventory.updated
         * @description A product was created or changed, or its stock was adjusted or shipped. The whole product as it then was.
         */
        "inventory.updated": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/inventory-service";
            /** @constant */
            type: "inventory.updated";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:inventory.updated:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["InventoryUpdated"];
        };
        /**
         * inventory.low_stock
         * @description `available` crossed the threshold downwards; told once per crossing.
         */
        "inventory.low_stock": {
            /** @constant */
            specversion: "1.0";
            /** Format: uuid */
            id: string;
            /** @constant */
            source: "/inventory-service";
            /** @constant */
            type: "inventory.low_stock";
            subject: string;
            /** Format: date-time */
            time: string;
            /**
             * @default application/json
             * @constant
             */
            datacontenttype?: "application/json";
            /** @constant */
            dataschema: "urn:eventflow:inventory.low_stock:1";
            /** Format: uuid */
            correlationid: string;
            /** Format: uuid */
            causationid: string;
            /** @default null */
            customerid?: string | null;
            streamversion: number;
            /** @default null */
            traceparent?: string | null;
            data: components["schemas"]["InventoryLowStock"];
        };
        EventFlowEvent: components["schemas"]["order.created"] | components["schemas"]["order.confirmed"] | components["schemas"]["order.updated"] | components["schemas"]["order.cancelled"] | components["schemas"]["order.failed"] | components["schemas"]["payment.initiated"] | components["schemas"]["payment.processed"] | components["schemas"]["payment.failed"] | components["schemas"]["payment.cancelled"] | components["schemas"]["payment.refunded"] | components["schemas"]["payment.refund_failed"] | components["schemas"]["inventory.reserved"] | components["schemas"]["inventory.reservation_failed"] | components["schemas"]["inventory.released"] | components["schemas"]["inventory.updated"] | components["schemas"]["inventory.low_stock"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
