// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryJudge;
import io.github.mtasts4j.delivery.Enforcement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the judge: the one that enforces, or, while the operator says so, the one that only looks on. */
final class MonitorSwitch {

    private static final Logger log = LoggerFactory.getLogger(MtaSts.class);

    private final BooleanSupplier monitorOnly;
    private final DeliveryJudge honoring;
    private final DeliveryJudge monitoring;
    private final AtomicBoolean wasOn = new AtomicBoolean();

    MonitorSwitch(BooleanSupplier monitorOnly, DanePrecedence precedence) {
        this.monitorOnly = monitorOnly;
        this.honoring = new DeliveryJudge(precedence, Enforcement.HONOR);
        this.monitoring = new DeliveryJudge(precedence, Enforcement.MONITOR);
    }

    DeliveryJudge judge() {
        return look() ? monitoring : honoring;
    }

    /** Whether it only looks on; a change since the last look is logged. */
    boolean look() {
        boolean on = isOn();
        if (wasOn.get() != on && wasOn.compareAndSet(!on, on)) {
            if (on) {
                log.warn("MTA-STS is monitored only: policies are judged and reported, and hold no mail back");
            } else {
                log.warn("MTA-STS is enforced again");
            }
        }
        return on;
    }

    /** A guest, like every plug-in: one that throws has not said that policies may be violated. */
    private boolean isOn() {
        try {
            return monitorOnly.getAsBoolean();
        } catch (RuntimeException e) {
            log.error("{} threw; policies are enforced", monitorOnly.getClass().getName(), e);
            return false;
        }
    }
}
