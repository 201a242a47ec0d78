// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

/** What every detail for a person promises, whatever a stranger wrote. */
final class Details {

    private Details() {}

    /** One line of printable ASCII, at most 200 characters. */
    static void assertPrintable(String detail) {
        assertThat(detail).isNotBlank();
        assertThat(detail.length()).as(detail).isLessThanOrEqualTo(200);
        assertThat(detail.chars().allMatch(c -> c >= 0x20 && c <= 0x7e))
                .as(detail)
                .isTrue();
    }
}
