// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.ReportUri;
import java.util.Locale;

/**
 * Is told what becomes of reports. Called on the threads that send: it must not wait. A listener is a guest: one that throws is logged and
 * changes nothing.
 */
public interface SendingListener {

    /** Listens to nothing. */
    SendingListener NONE = new SendingListener() {};

    /**
     * A report was tried at one destination.
     *
     * @param attempt what came of it
     */
    default void attempted(Attempt attempt) {}

    /**
     * A report has left the queue.
     *
     * @param end why
     */
    default void ended(End end) {}

    /**
     * One report at one destination.
     *
     * @param domain the domain that the report is about
     * @param reportId its id
     * @param destination where it was to go, as configuration has it in the end
     * @param outcome what came of it
     * @param detail one printable line for a person
     */
    record Attempt(DomainName domain, String reportId, ReportUri destination, DeliveryOutcome outcome, String detail) {}

    /**
     * The end of one report.
     *
     * @param domain the domain that the report is about
     * @param reportId its id
     * @param ending why
     * @param detail one printable line for a person
     */
    record End(DomainName domain, String reportId, Ending ending, String detail) {}

    /** Why a report has left the queue. */
    enum Ending {
        /** One destination at least has taken it. */
        DELIVERED,
        /** The domain has no usable record any more, so nobody wants it. */
        NOT_WANTED,
        /** The configuration forbids reports on this domain. */
        SUPPRESSED,
        /** Every destination has refused it for good, or may not have it. */
        REFUSED,
        /** Nobody has taken it for a day. */
        EXPIRED,
        /** What is in its file is not what was written. The file was moved aside. */
        DAMAGED;

        /**
         * The reason as it stands in logs.
         *
         * @return lower case, with hyphens, such as {@code not-wanted}
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
