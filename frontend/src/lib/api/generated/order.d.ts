// Made by `npm run generate` from docs/openapi/order.json: change that instead.

export interface paths {
    "/orders/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Many
         * @description Cancels many orders or takes the same step with all of them.
         *
         *     One result per order, in the order of `ids`; `status` is what the request for that order alone would have been
         *     answered with. What is done stays done whatever becomes of the others, and doing it again changes nothing.
         */
        post: operations["change_many_orders_bulk_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Statistics
         * @description Counts by status, revenue, reasons of failure, how long confirming takes, and the conversion.
         */
        get: operations["show_statistics_orders_stats_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Orders
         * @description Orders, the newest first unless `sort` says otherwise. Customers see their own.
         */
        get: operations["list_orders_orders_get"];
        put?: never;
        /**
         * Place Order
         * @description Places an order at the current prices; it is PENDING until stock and payment are settled.
         */
        post: operations["place_order_orders_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Orders
         * @description The same orders as a table for spreadsheets, all of them, without personal data.
         *
         *     Money is in minor units of the column `currency`. A cell that a spreadsheet would take for a formula begins
         *     with an apostrophe.
         */
        get: operations["export_orders_orders_csv_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Order
         * @description The order as it is, or as it was: not found before it was placed, or at a version that it never had.
         */
        get: operations["show_order_orders__order_id__get"];
        put?: never;
        post?: never;
        /**
         * Cancel Order
         * @description Cancels an order that has not shipped. What was reserved and paid for it goes back.
         */
        delete: operations["cancel_order_orders__order_id__delete"];
        options?: never;
        head?: never;
        /**
         * Edit Order
         * @description Edits the customer's address and notes while the order has not shipped, failed or been cancelled.
         */
        patch: operations["edit_order_orders__order_id__patch"];
        trace?: never;
    };
    "/orders/{order_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show History
         * @description What happened to the order, the oldest first. Internal notes are for staff and ops alone.
         */
        get: operations["show_history_orders__order_id__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take Step
         * @description The next step of a confirmed order: PROCESSING, SHIPPED, DELIVERED. Taking it again changes nothing.
         */
        post: operations["take_step_orders__order_id__status_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Notes
         * @description The oldest first.
         */
        get: operations["list_notes_orders__order_id__notes_get"];
        put?: never;
        /**
         * Add Note
         * @description Adds an internal note to the order, in any status. It bears the name of who wrote it, for good.
         */
        post: operations["add_note_orders__order_id__notes_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customer_id}/personal-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase
         * @description Destroys the key that the customer's personal data are sealed with: nobody can read them ever again.
         *
         *     Orders and their history stay, without shipping address, e-mail, notes, internal notes and network addresses.
         *     Once more changes nothing. The customer may order again. Other processes may show the data for a minute yet.
         */
        delete: operations["erase_customers__customer_id__personal_data_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Letters
         * @description The newest first; with `group_by=error` how many there are of each kind.
         */
        get: operations["list_letters_dead_letters_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{letter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Letter
         * @description The letter with the event as it came, and where its handling broke off.
         */
        get: operations["show_letter_dead_letters__letter_id__get"];
        put?: never;
        post?: never;
        /**
         * Discard Letter
         * @description Closes it for good, with who did and why; it stays in the list. The first to discard it is kept.
         */
        delete: operations["discard_letter_dead_letters__letter_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Letter
         * @description Handles the event again and says how that ended. A repeat changes nothing.
         */
        post: operations["replay_letter_dead_letters__letter_id__replay_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Letters
         * @description Handles many again, and says of each how that ended. What fails again stays open; go on by the cursor.
         */
        post: operations["replay_letters_dead_letters_replay_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard Letters
         * @description Closes many for good, with who did and why, and says of each what became of it; go on by the cursor.
         */
        post: operations["discard_letters_dead_letters_discard_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live */
        get: operations["live_health_live_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ready */
        get: operations["ready_health_ready_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ActorResource
         * @description `address` and `request_id` are of a request, shown to staff and operations alone; otherwise they are absent.
         */
        ActorResource: {
            /** Subject */
            subject: string;
            /** Role */
            role: string;
            /** Address */
            address?: string | null;
            /** Request Id */
            request_id?: string | null;
        };
        /** AddressInput */
        AddressInput: {
            /** Name */
            name: string;
            /** Line1 */
            line1: string;
            /** Line2 */
            line2?: string | null;
            /** City */
            city: string;
            /** Region */
            region?: string | null;
            /** Postal Code */
            postal_code: string;
            /**
             * Country
             * @description ISO 3166-1 alpha-2.
             */
            country: string;
            /** Email */
            email?: string | null;
        };
        /** AddressResource */
        AddressResource: {
            /** Name */
            name: string;
            /** Line1 */
            line1: string;
            /** Line2 */
            line2: string | null;
            /** City */
            city: string;
            /** Region */
            region: string | null;
            /** Postal Code */
            postal_code: string;
            /** Country */
            country: string;
            /** Email */
            email: string | null;
        };
        /** AppendedEvent */
        AppendedEvent: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Type */
            type: string;
            /**
             * Subject
             * @description The row that it is about: an order id or a SKU.
             */
            subject: string;
            /** Version */
            version: number;
            /** Data */
            data: {
                [key: string]: components["schemas"]["JsonValue"];
            };
        };
        /** AuthorResource */
        AuthorResource: {
            /** Subject */
            subject: string;
            /** Role */
            role: string;
        };
        /** BulkAnswer */
        BulkAnswer: {
            /** Results */
            results: components["schemas"]["BulkResult"][];
        };
        /**
         * BulkInput
         * @description `action` cancel takes a `reason`; `action` status takes the `status`, and with SHIPPED a `tracking_number`.
         */
        BulkInput: {
            /**
             * Action
             * @enum {string}
             */
            action: "cancel" | "status";
            /** Ids */
            ids: string[];
            /**
             * Reason
             * @description staff_request unless given.
             */
            reason?: ("customer_request" | "staff_request") | null;
            /** Status */
            status?: ("PROCESSING" | "SHIPPED" | "DELIVERED") | null;
            /** Tracking Number */
            tracking_number?: string | null;
        };
        /**
         * BulkResult
         * @description What became of one order. `type` and `detail` are those of the problem when it was refused.
         */
        BulkResult: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "ok" | "refused";
            /** Status */
            status: number;
            /** Type */
            type: string | null;
            /** Detail */
            detail: string | null;
        };
        /**
         * CancelReason
         * @enum {string}
         */
        CancelReason: "customer_request" | "staff_request" | "expired";
        /**
         * DayRevenue
         * @description `revenue` in minor units: totals less what was refunded, of orders that are CONFIRMED or beyond now.
         */
        DayRevenue: {
            /**
             * Day
             * Format: date
             * @description The UTC day on which the orders were placed.
             */
            day: string;
            /** Currency */
            currency: string;
            /** Orders */
            orders: number;
            /** Revenue */
            revenue: number;
        };
        /**
         * DetailsInput
         * @description What is left out stays as it is; null takes it away.
         */
        DetailsInput: {
            shipping_address?: components["schemas"]["AddressInput"] | null;
            /** Notes */
            notes?: string | null;
        };
        /**
         * DiscardRequest
         * @description Either `ids`, or up to `limit` of the open letters that `filter` lets through, the oldest first.
         */
        DiscardRequest: {
            /** Ids */
            ids?: string[] | null;
            filter?: components["schemas"]["OpenLetters"] | null;
            /**
             * Limit
             * @default 100
             */
            limit?: number;
            /**
             * Cursor
             * @description The `next_cursor` of the answer before.
             */
            cursor?: string | null;
            /** Reason */
            reason: string;
        };
        /**
         * DiscardResource
         * @description What became of one letter that was to be discarded, and the letter as it then stands.
         *
         *     discarded: by this person for this reason, now or by a request before; already_discarded: by somebody else or for
         *     another reason, which is kept; already_replayed: what it held has been processed; not_found.
         */
        DiscardResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "discarded" | "already_discarded" | "already_replayed" | "not_found";
            letter: components["schemas"]["LetterResource"] | null;
        };
        /** DiscardsResource */
        DiscardsResource: {
            /** Results */
            results: components["schemas"]["DiscardResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * DryRunResource
         * @description How a replay would end now. The ids and times of events are of this run alone.
         */
        DryRunResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Event Id */
            event_id: string | null;
            /** Type */
            type: string | null;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "took_effect" | "changed_nothing" | "already_processed" | "failed_again" | "discarded" | "not_found" | "not_yet";
            /** Error */
            error: string | null;
            /** Events */
            events: components["schemas"]["AppendedEvent"][];
            /**
             * Dry Run
             * @default true
             * @constant
             */
            dry_run?: true;
            /** Changes */
            changes: components["schemas"]["RowChangeResource"][];
            /** Messages */
            messages: components["schemas"]["MessageResource"][];
            /** Calls */
            calls: components["schemas"]["OutsideCallResource"][];
        };
        /** DryRunsResource */
        DryRunsResource: {
            /**
             * Dry Run
             * @default true
             * @constant
             */
            dry_run?: true;
            /** Results */
            results: components["schemas"]["DryRunResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Ending */
        Ending: {
            /**
             * Status
             * @enum {string}
             */
            status: "CANCELLED" | "FAILED";
            /** Reason */
            reason: components["schemas"]["CancelReason"] | components["schemas"]["FailureReason"];
            /** Orders */
            orders: number;
        };
        /**
         * ErasureResource
         * @description What nobody can read any more, by this request or one before.
         */
        ErasureResource: {
            /** Customer Id */
            customer_id: string;
            /**
             * Erased Now
             * @description False when nothing was left to erase.
             */
            erased_now: boolean;
            /**
             * Erased At
             * @description The last time; null when there never was anything to erase.
             */
            erased_at: string | null;
            unreadable: components["schemas"]["UnreadableResource"];
        };
        /**
         * FailureReason
         * @enum {string}
         */
        FailureReason: "payment_declined" | "out_of_stock";
        /**
         * HistoryItem
         * @description One stored event. `id` is that of the CloudEvent, where it is one.
         */
        HistoryItem: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Type */
            type: string;
            /** Version */
            version: number;
            /**
             * Time
             * Format: date-time
             */
            time: string;
            /** Data */
            data: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            actor: components["schemas"]["ActorResource"];
            /**
             * Correlation Id
             * Format: uuid
             */
            correlation_id: string;
            /**
             * Causation Id
             * Format: uuid
             */
            causation_id: string;
            /**
             * Published
             * @description It has a public form, and the broker has confirmed it.
             */
            published: boolean;
        };
        /** ItemResource */
        ItemResource: {
            /** Sku */
            sku: string;
            /** Name */
            name: string;
            /** Quantity */
            quantity: number;
            /** Unit Price */
            unit_price: number;
            /** Line Total */
            line_total: number;
        };
        JsonValue: unknown;
        /** LetterDetailResource */
        LetterDetailResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Service */
            service: string;
            /** Queue */
            queue: string;
            /**
             * Event Id
             * @description None when the body holds no event that has an id.
             */
            event_id: string | null;
            /** Type */
            type: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "OPEN" | "REPLAYED" | "DISCARDED";
            /** Error */
            error: string;
            /** Error Group */
            error_group: string;
            /** Attempts */
            attempts: number;
            /**
             * First Failed At
             * Format: date-time
             */
            first_failed_at: string;
            /**
             * Last Failed At
             * Format: date-time
             */
            last_failed_at: string;
            /**
             * Replayed
             * @description Whether the event had come from `eventflow replay`, and so is handled even if it was heard before. Whether this letter was replayed is its `status`.
             */
            replayed: boolean;
            /** Closed By */
            closed_by: string | null;
            /** Closed Reason */
            closed_reason: string | null;
            /** Closed At */
            closed_at: string | null;
            /** @description The event as it came; null when the body is not one event. */
            event: components["schemas"]["JsonValue"];
            /**
             * Body
             * @description What came instead of one event, read as UTF-8.
             */
            body: string | null;
            /** Stack Trace */
            stack_trace: string;
        };
        /** LetterGroupResource */
        LetterGroupResource: {
            /** Error Group */
            error_group: string;
            /**
             * Error
             * @description What the errors have in common: ids, numbers and input are left out.
             */
            error: string;
            /** Count */
            count: number;
            /** Types */
            types: (string | null)[];
            /**
             * First Failed At
             * Format: date-time
             */
            first_failed_at: string;
            /**
             * Last Failed At
             * Format: date-time
             */
            last_failed_at: string;
            /**
             * Newest
             * Format: uuid
             */
            newest: string;
        };
        /** LetterResource */
        LetterResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Service */
            service: string;
            /** Queue */
            queue: string;
            /**
             * Event Id
             * @description None when the body holds no event that has an id.
             */
            event_id: string | null;
            /** Type */
            type: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "OPEN" | "REPLAYED" | "DISCARDED";
            /** Error */
            error: string;
            /** Error Group */
            error_group: string;
            /** Attempts */
            attempts: number;
            /**
             * First Failed At
             * Format: date-time
             */
            first_failed_at: string;
            /**
             * Last Failed At
             * Format: date-time
             */
            last_failed_at: string;
            /**
             * Replayed
             * @description Whether the event had come from `eventflow replay`, and so is handled even if it was heard before. Whether this letter was replayed is its `status`.
             */
            replayed: boolean;
            /** Closed By */
            closed_by: string | null;
            /** Closed Reason */
            closed_reason: string | null;
            /** Closed At */
            closed_at: string | null;
        };
        /** Liveness */
        Liveness: {
            /**
             * Status
             * @constant
             */
            status: "live";
        };
        /** MessageResource */
        MessageResource: {
            /** Exchange */
            exchange: string;
            /** Event */
            event: {
                [key: string]: components["schemas"]["JsonValue"];
            };
        };
        /** NoteInput */
        NoteInput: {
            /** Text */
            text: string;
        };
        /**
         * NoteResource
         * @description An internal note. `text` is null once the customer's personal data were erased.
         */
        NoteResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Text */
            text: string | null;
            author: components["schemas"]["AuthorResource"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * OpenLetters
         * @description All open letters, or those of a type or error group.
         */
        OpenLetters: {
            /** Type */
            type?: string | null;
            /** Error Group */
            error_group?: string | null;
        };
        /** OrderInput */
        OrderInput: {
            /** Items */
            items: components["schemas"]["WantedItem"][];
            /**
             * Currency
             * @description ISO 4217.
             */
            currency: string;
            /** Payment Method */
            payment_method: string;
            /**
             * Customer Id
             * @description Whose order it is: for customers the subject of their token, which it may say.
             */
            customer_id?: string | null;
            shipping_address?: components["schemas"]["AddressInput"] | null;
            /** Notes */
            notes?: string | null;
        };
        /**
         * OrderResource
         * @description An order. Money is in minor units of `currency`.
         *
         *     `reason` says why it was cancelled or failed, `note` the same in words; `notes` are the customer's own.
         */
        OrderResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: string;
            status: components["schemas"]["OrderStatus"];
            /** Customer Id */
            customer_id: string;
            /** Currency */
            currency: string;
            /** Items */
            items: components["schemas"]["ItemResource"][];
            /** Total */
            total: number;
            /** Refunded Total */
            refunded_total: number;
            /** Payment Method */
            payment_method: string;
            payment_status: components["schemas"]["PaymentStatus"];
            stock_status: components["schemas"]["StockStatus"];
            /** Reason */
            reason: components["schemas"]["CancelReason"] | components["schemas"]["FailureReason"] | null;
            /** Note */
            note: string | null;
            shipping_address: components["schemas"]["AddressResource"] | null;
            /** Notes */
            notes: string | null;
            /** Tracking Number */
            tracking_number: string | null;
            /** Version */
            version: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * OrderSort
         * @description By the time of placing, which ids go by, or by the total in minor units whatever the currency.
         * @enum {string}
         */
        OrderSort: "-created_at" | "created_at" | "-total" | "total";
        /**
         * OrderStats
         * @description All figures are of the orders placed from `from` on and before `to`, as they are now.
         */
        OrderStats: {
            /**
             * From
             * Format: date-time
             */
            from: string;
            /**
             * To
             * Format: date-time
             */
            to: string;
            /** Placed */
            placed: number;
            /**
             * Confirmed
             * @description Ever confirmed, whatever became of the order since.
             */
            confirmed: number;
            /**
             * Conversion
             * @description confirmed / placed; null when nothing was placed.
             */
            conversion: number | null;
            /**
             * By Status
             * @description Every status, also those without orders.
             */
            by_status: {
                [key: string]: number;
            };
            /**
             * Revenue
             * @description By day, then currency; without days on which nothing was sold.
             */
            revenue: components["schemas"]["DayRevenue"][];
            /**
             * Failures
             * @description Why orders failed or were cancelled, the most frequent first.
             */
            failures: components["schemas"]["Ending"][];
            latency: components["schemas"]["SagaLatency"];
        };
        /**
         * OrderStatus
         * @description PENDING -> CONFIRMED -> PROCESSING -> SHIPPED -> DELIVERED, or an end in CANCELLED or FAILED.
         * @enum {string}
         */
        OrderStatus: "PENDING" | "CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED" | "CANCELLED" | "FAILED";
        /** OutsideCallResource */
        OutsideCallResource: {
            /** To */
            to: string;
            /** What */
            what: string;
            /** Key */
            key: string;
            /** Request */
            request: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /**
             * Due At
             * Format: date-time
             */
            due_at: string;
        };
        /** Page[HistoryItem] */
        Page_HistoryItem_: {
            /** Items */
            items: components["schemas"]["HistoryItem"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[LetterGroupResource] */
        Page_LetterGroupResource_: {
            /** Items */
            items: components["schemas"]["LetterGroupResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[LetterResource] */
        Page_LetterResource_: {
            /** Items */
            items: components["schemas"]["LetterResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[NoteResource] */
        Page_NoteResource_: {
            /** Items */
            items: components["schemas"]["NoteResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[OrderResource] */
        Page_OrderResource_: {
            /** Items */
            items: components["schemas"]["OrderResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * PaymentStatus
         * @description What the payment service last said. COMPLETED also while only a part has been refunded.
         * @enum {string}
         */
        PaymentStatus: "PENDING" | "COMPLETED" | "FAILED" | "CANCELLED" | "REFUND_FAILED" | "REFUNDED";
        /** Readiness */
        Readiness: {
            /**
             * Status
             * @enum {string}
             */
            status: "ready" | "degraded";
            /** Checks */
            checks: {
                [key: string]: "ok" | "failed";
            };
        };
        /**
         * ReplayRequest
         * @description Either `ids`, or up to `limit` of the open letters that `filter` lets through, the oldest first.
         */
        ReplayRequest: {
            /** Ids */
            ids?: string[] | null;
            filter?: components["schemas"]["OpenLetters"] | null;
            /**
             * Limit
             * @default 100
             */
            limit?: number;
            /**
             * Cursor
             * @description The `next_cursor` of the answer before.
             */
            cursor?: string | null;
            /**
             * Dry Run
             * @description Only show what each replay would change, of 20 letters at once at most.
             * @default false
             */
            dry_run?: boolean;
        };
        /**
         * ReplayResource
         * @description How the replay of one letter ended.
         *
         *     took_effect; changed_nothing: handled for the first time, with nothing to do; already_processed: before, by whatever
         *     way; failed_again: it stays open; discarded: not handled; not_found; not_yet: the database failed before its turn.
         */
        ReplayResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Event Id */
            event_id: string | null;
            /** Type */
            type: string | null;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "took_effect" | "changed_nothing" | "already_processed" | "failed_again" | "discarded" | "not_found" | "not_yet";
            /** Error */
            error: string | null;
            /** Events */
            events: components["schemas"]["AppendedEvent"][];
        };
        /** ReplaysResource */
        ReplaysResource: {
            /** Results */
            results: components["schemas"]["ReplayResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * RowChangeResource
         * @description Version 0 is that of a row which is not there yet.
         */
        RowChangeResource: {
            /** Table */
            table: string;
            /** Id */
            id: string;
            /** Version Before */
            version_before: number;
            /** Version After */
            version_after: number;
            before: components["schemas"]["JsonValue"];
            after: components["schemas"]["JsonValue"];
        };
        /**
         * SagaLatency
         * @description Seconds from placed to confirmed; null while no order was.
         */
        SagaLatency: {
            /** P50 */
            p50: number | null;
            /** P95 */
            p95: number | null;
            /** P99 */
            p99: number | null;
        };
        /** StepInput */
        StepInput: {
            /**
             * Status
             * @enum {string}
             */
            status: "PROCESSING" | "SHIPPED" | "DELIVERED";
            /** Tracking Number */
            tracking_number?: string | null;
        };
        /**
         * StockStatus
         * @description What the inventory service last said; FULFILLED once the order itself has shipped.
         * @enum {string}
         */
        StockStatus: "PENDING" | "RESERVED" | "REJECTED" | "RELEASED" | "FULFILLED";
        /**
         * UnreadableResource
         * @description Counted in the events of the customer's orders: an edited address counts each time. E-mail goes with it.
         */
        UnreadableResource: {
            /** Orders */
            orders: number;
            /** Shipping Addresses */
            shipping_addresses: number;
            /** Notes */
            notes: number;
            /** Internal Notes */
            internal_notes: number;
            /** Network Addresses */
            network_addresses: number;
        };
        /** WantedItem */
        WantedItem: {
            /** Sku */
            sku: string;
            /** Quantity */
            quantity: number;
            /**
             * Expected Unit Price
             * @description The price that you saw, in minor units. If it has changed since, the order is refused.
             */
            expected_unit_price?: number | null;
        };
        /** FieldErrorDocument */
        FieldErrorDocument: {
            /**
             * Field
             * @description Dotted path into the body, or the name of a parameter or header.
             */
            field: string;
            /** Message */
            message: string;
            /**
             * Current
             * @description The number that would be right now, where there is one: a price in minor units.
             * @default null
             */
            current?: number | null;
        };
        /**
         * ProblemDocument
         * @description An error (RFC 9457).
         */
        Problem: {
            /**
             * Type
             * @description urn:eventflow:problem:<slug>
             */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /**
             * Instance
             * @description The path that was asked for.
             */
            instance: string;
            /**
             * Correlation Id
             * @description Also in the header X-Correlation-Id, and in our logs.
             */
            correlation_id: string;
            /**
             * Errors
             * @description Which fields are at fault; absent when it is about none in particular.
             * @default null
             */
            errors?: components["schemas"]["FieldErrorDocument"][] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    change_many_orders_bulk_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_statistics_orders_stats_get: {
        parameters: {
            query?: {
                /** @description Placed at this time or later; 30 days before `to`. */
                from?: string | null;
                /** @description Placed before this time; now unless given. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderStats"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_orders_orders_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
                status?: components["schemas"]["OrderStatus"][];
                customer_id?: string | null;
                sku?: string | null;
                /** @description The order's number, with or without EF-, its id, its payment's id, or the e-mail address in its shipping address; the whole of it, in any case. */
                q?: string | null;
                /** @description Placed at this time or later. */
                created_from?: string | null;
                /** @description Placed before this time. */
                created_to?: string | null;
                /** @description In minor units, whatever the currency. */
                min_total?: number | null;
                /** @description In minor units, whatever the currency. */
                max_total?: number | null;
                /** @description Whether the order was left unfinished: PENDING for more than two minutes, or CANCELLED or FAILED with its money or its stock not yet back and nothing heard of it for two minutes. CONFIRMED orders and those beyond are never stuck: they wait for people. */
                stuck?: boolean | null;
                /** @description A minus sign puts the highest first. `total` is in minor units, whatever the currency. */
                sort?: components["schemas"]["OrderSort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrderResource_"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    place_order_orders_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description Visible ASCII. The same key with the same body gives the first answer again for 24 hours. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A price is not the one that you saw (`price-changed`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`), or: Some items cannot be ordered (`not-orderable`), or: The order's total is too large (`total-too-large`), or: The Idempotency-Key belongs to another request (`idempotency-key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_orders_orders_csv_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["OrderStatus"][];
                customer_id?: string | null;
                sku?: string | null;
                /** @description The order's number, with or without EF-, its id, its payment's id, or the e-mail address in its shipping address; the whole of it, in any case. */
                q?: string | null;
                /** @description Placed at this time or later. */
                created_from?: string | null;
                /** @description Placed before this time. */
                created_to?: string | null;
                /** @description In minor units, whatever the currency. */
                min_total?: number | null;
                /** @description In minor units, whatever the currency. */
                max_total?: number | null;
                /** @description Whether the order was left unfinished: PENDING for more than two minutes, or CANCELLED or FAILED with its money or its stock not yet back and nothing heard of it for two minutes. CONFIRMED orders and those beyond are never stuck: they wait for people. */
                stuck?: boolean | null;
                /** @description A minus sign puts the highest first. `total` is in minor units, whatever the currency. */
                sort?: components["schemas"]["OrderSort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_order_orders__order_id__get: {
        parameters: {
            query?: {
                /** @description The order as it was at this time. */
                as_of?: string | null;
                /** @description The order as this version left it; not with `as_of`. */
                version?: number | null;
            };
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_order_orders__order_id__delete: {
        parameters: {
            query?: {
                reason?: "customer_request" | "staff_request";
            };
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was cancelled before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The order can no longer be cancelled (`not-cancellable`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource has changed (`precondition-failed`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_order_orders__order_id__patch: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DetailsInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The order can no longer be edited (`not-editable`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource has changed (`precondition-failed`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_history_orders__order_id__events_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HistoryItem_"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_step_orders__order_id__status_post: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The order cannot take this step (`no-such-step`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource has changed (`precondition-failed`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notes_orders__order_id__notes_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_NoteResource_"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_note_orders__order_id__notes_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description Visible ASCII. The same key with the same body gives the first answer again for 24 hours. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`), or: The Idempotency-Key belongs to another request (`idempotency-key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_customers__customer_id__personal_data_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_letters_dead_letters_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
                status?: "OPEN" | "REPLAYED" | "DISCARDED";
                type?: string | null;
                error_group?: string | null;
                /** @description Groups of letters whose errors differ only in ids, numbers and input, the largest first. */
                group_by?: "error" | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LetterResource_"] | components["schemas"]["Page_LetterGroupResource_"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_letter_dead_letters__letter_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterDetailResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_letter_dead_letters__letter_id__delete: {
        parameters: {
            query: {
                reason: string;
            };
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterDetailResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The dead letter has been replayed (`letter-replayed`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_letter_dead_letters__letter_id__replay_post: {
        parameters: {
            query?: {
                /** @description Only show what the replay would change. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayResource"] | components["schemas"]["DryRunResource"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The dead letter has been discarded (`letter-discarded`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_letters_dead_letters_replay_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplaysResource"] | components["schemas"]["DryRunsResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_letters_dead_letters_discard_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiscardRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscardsResource"];
                };
            };
            /** @description The request cannot be read (`malformed-request`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Who asks is not known (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is not for the role of whoever asks (`forbidden`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body is too large (`content-too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body must be JSON (`unsupported-media-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid (`invalid-input`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`too-many-requests`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live_health_live_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description The service cannot answer just now (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready_health_ready_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description The service is not ready (`not-ready`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
