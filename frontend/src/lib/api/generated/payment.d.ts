// Made by `npm run generate` from docs/openapi/payment.json: change that instead.

export interface paths {
    "/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Payments
         * @description Those of the newest orders first. Customers see their own.
         */
        get: operations["list_payments_payments_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/payments/{payment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show Payment */
        get: operations["show_payment_payments__payment_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/payments/{payment_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show History
         * @description What happened to the payment, the oldest first.
         */
        get: operations["show_history_payments__payment_id__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/payments/{payment_id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Refunds
         * @description The oldest first.
         */
        get: operations["list_refunds_payments__payment_id__refunds_get"];
        put?: never;
        /**
         * Request Refund
         * @description Returns money to the customer. The provider is asked after this is answered.
         */
        post: operations["request_refund_payments__payment_id__refunds_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/payments/{payment_id}/refunds/{refund_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Refund
         * @description Tries a failed refund once more; the answer is the new refund that does.
         */
        post: operations["retry_refund_payments__payment_id__refunds__refund_id__retry_post"];
        delete?: never;
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
        /** FailureResource */
        FailureResource: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
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
        /** Page[PaymentResource] */
        Page_PaymentResource_: {
            /** Items */
            items: components["schemas"]["PaymentResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[RefundResource] */
        Page_RefundResource_: {
            /** Items */
            items: components["schemas"]["RefundResource"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * PaymentResource
         * @description Money in minor units of `currency`: `captured` was taken, `refunded_total` returned, `refund_pending` is on its
         *     way back.
         */
        PaymentResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /** Customer Id */
            customer_id: string;
            status: components["schemas"]["PaymentStatus"];
            /** Amount */
            amount: number;
            /** Currency */
            currency: string;
            /** Method */
            method: string;
            /** Provider Reference */
            provider_reference: string | null;
            /** Captured */
            captured: number;
            /** Refunded Total */
            refunded_total: number;
            /** Refund Pending */
            refund_pending: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            failure: components["schemas"]["FailureResource"] | null;
            /** Refunds */
            refunds: components["schemas"]["RefundResource"][];
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
        };
        /**
         * PaymentStatus
         * @enum {string}
         */
        PaymentStatus: "PENDING" | "PROCESSING" | "COMPLETED" | "REFUNDED" | "FAILED" | "CANCELLED";
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
         * RefundRequest
         * @description `amount` in minor units of the payment's currency; left out, it is all that can still be returned.
         */
        RefundRequest: {
            /** Amount */
            amount?: number | null;
            /** Reason */
            reason: string;
        };
        /**
         * RefundResource
         * @description `amount` in minor units of `currency`; `failure` is why the provider refused.
         */
        RefundResource: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Payment Id
             * Format: uuid
             */
            payment_id: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /** Amount */
            amount: number;
            /** Currency */
            currency: string;
            status: components["schemas"]["RefundStatus"];
            /** Reason */
            reason: string;
            failure: components["schemas"]["FailureResource"] | null;
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
        };
        /**
         * RefundStatus
         * @enum {string}
         */
        RefundStatus: "REQUESTED" | "SUCCEEDED" | "FAILED";
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
    list_payments_payments_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
                order_id?: string | null;
                status?: components["schemas"]["PaymentStatus"] | null;
                customer_id?: string | null;
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
                    "application/json": components["schemas"]["Page_PaymentResource_"];
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
    show_payment_payments__payment_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                payment_id: string;
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
                    "application/json": components["schemas"]["PaymentResource"];
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
    show_history_payments__payment_id__events_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path: {
                payment_id: string;
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
    list_refunds_payments__payment_id__refunds_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path: {
                payment_id: string;
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
                    "application/json": components["schemas"]["Page_RefundResource_"];
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
    request_refund_payments__payment_id__refunds_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description Visible ASCII. The same key with the same body gives the first answer again for 24 hours. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                payment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundResource"];
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
            /** @description No money was taken (`nothing-captured`) */
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
            /** @description The request is not valid (`invalid-input`), or: The refund is more than is left (`more-than-left`), or: The Idempotency-Key belongs to another request (`idempotency-key-reused`) */
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
    retry_refund_payments__payment_id__refunds__refund_id__retry_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description Visible ASCII. The same key with the same body gives the first answer again for 24 hours. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                payment_id: string;
                refund_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundResource"];
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
            /** @description Only a failed refund can be retried (`refund-not-failed`), or: The refund was retried before (`refund-already-retried`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The refund is more than is left (`more-than-left`), or: The Idempotency-Key belongs to another request (`idempotency-key-reused`) */
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
