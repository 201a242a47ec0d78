// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.List;
import java.util.Locale;

/** Whether a domain wants reports, and where (RFC 8460 §3). "It does not" and "I could not find out" are never merged. */
public sealed interface ReportingPolicy {

    /**
     * It wants them.
     *
     * @param uris where, in the order of the record: 1 to 5. A report may go to each, and has arrived when one has taken it
     * @param refused what else stands in the record and is not used
     */
    record Published(List<ReportUri> uris, List<RefusedUri> refused) implements ReportingPolicy {

        /**
         * Copies the lists.
         *
         * @param uris where
         * @param refused what is not used
         * @throws IllegalArgumentException if there is no URI
         */
        public Published {
            uris = List.copyOf(uris);
            refused = List.copyOf(refused);
            if (uris.isEmpty()) {
                throw new IllegalArgumentException("no URI to report to");
            }
        }
    }

    /**
     * It does not, or not in a way that can be used.
     *
     * @param why the kind of reason
     * @param detail one printable line for a person; a stranger's text in it is escaped and shortened
     * @param refused the URIs of {@link Why#NO_USABLE_RUA}; otherwise empty
     */
    record None(Why why, String detail, List<RefusedUri> refused) implements ReportingPolicy {

        /**
         * Copies the list.
         *
         * @param why the kind of reason
         * @param detail one printable line for a person
         * @param refused the URIs that are not used
         */
        public None {
            refused = List.copyOf(refused);
        }

        None(Why why, String detail) {
            this(why, detail, List.of());
        }
    }

    /**
     * The DNS gave no usable answer; ask again later.
     *
     * @param reason one word, such as {@code dns-timeout}
     * @param detail one printable line for a person
     */
    record Unavailable(String reason, String detail) implements ReportingPolicy {}

    /** Why no report can be sent. */
    enum Why {
        /** There is no TLSRPT record, or no name that could have one. */
        NO_RECORD,
        /** There is more than one; then there is none (RFC 8460 §3). */
        MULTIPLE_RECORDS,
        /** There is one, and it does not follow the grammar; then there is none (decision D31). */
        INVALID_RECORD,
        /** There is one, larger than any honest one. */
        LIMIT,
        /** There is one, and none of its URIs can be used. */
        NO_USABLE_RUA;

        /**
         * The reason as it stands in logs.
         *
         * @return lower case, with hyphens, such as {@code no-usable-rua}
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
