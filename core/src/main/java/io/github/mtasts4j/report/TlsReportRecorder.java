// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import io.github.mtasts4j.delivery.DeliveryDecision;
import java.time.Instant;
import java.util.List;

/**
 * Receives what a TLS report is made of (RFC 8460): every judged attempt, good ones too, and every failed discovery.
 * Called by the threads that deliver: it must not wait. A recorder is a guest: one that throws is logged and changes
 * nothing about the message.
 */
public interface TlsReportRecorder {

    /** Records nothing. */
    TlsReportRecorder NONE = new TlsReportRecorder() {};

    /**
     * Tells several recorders, in this order. Each is guarded on its own: one that throws is logged, and the others hear
     * of it all the same.
     *
     * @param recorders who is told
     * @return all of them as one
     */
    static TlsReportRecorder all(TlsReportRecorder... recorders) {
        return new RecorderGroup(List.of(recorders));
    }

    /**
     * An attempt at one MX was judged.
     *
     * @param at when
     * @param decision the decision, with the attempt it is on
     * @param results how it counts, one result per policy; empty for a host that could not be reached, and for the delivery of a
     *     TLS report
     */
    default void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {}

    /**
     * A policy could not be found or brought up to date.
     *
     * @param result what happened
     */
    default void discoveryFailed(DiscoveryResult result) {}
}
