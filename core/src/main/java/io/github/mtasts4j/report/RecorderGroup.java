// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import io.github.mtasts4j.delivery.DeliveryDecision;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several recorders as one. Each is a guest on its own: the others hear of it although one of them throws. */
record RecorderGroup(List<TlsReportRecorder> recorders) implements TlsReportRecorder {

    private static final Logger log = LoggerFactory.getLogger(RecorderGroup.class);

    @Override
    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
        tell(recorder -> recorder.sessionJudged(at, decision, results));
    }

    @Override
    public void discoveryFailed(DiscoveryResult result) {
        tell(recorder -> recorder.discoveryFailed(result));
    }

    private void tell(Consumer<TlsReportRecorder> news) {
        for (TlsReportRecorder recorder : recorders) {
            try {
                news.accept(recorder);
            } catch (RuntimeException e) {
                log.error("{} threw; ignored", recorder.getClass().getName(), e);
            }
        }
    }
}
