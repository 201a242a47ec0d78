// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks;

import java.util.List;
import java.util.Map;

/** Some rows of the table, which are measured together. */
interface Suite {

    /** What the user calls it. */
    String name();

    List<Goal> goals(Setting setting);

    /** Measures ours and the baselines in turn. */
    void measure(Setting setting, Map<String, Figure> into) throws Exception;
}
