// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.PolicyStore;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Opens a store in a process that knows only the name of this class, and so has a public constructor without arguments. */
public interface StoreOpener {

    /**
     * Opens it.
     *
     * @param place where it is
     * @param clock the time
     * @param trouble is told of what should not be there
     */
    PolicyStore open(String place, InstantSource clock, Consumer<String> trouble);
}
