// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

/**
 * How a prefetch of many domains went.
 *
 * @param policies how many have a policy, known before or found now
 * @param absent how many publish none
 * @param failed how many could not be found out about
 */
public record PrefetchSummary(int policies, int absent, int failed) {

    PrefetchSummary and(PolicyResolution answer) {
        if (answer instanceof PolicyResolution.Found) {
            return new PrefetchSummary(policies + 1, absent, failed);
        }
        return answer instanceof PolicyResolution.Absent
                ? new PrefetchSummary(policies, absent + 1, failed)
                : new PrefetchSummary(policies, absent, failed + 1);
    }
}
