// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.scenarios.StoreCrashes;

/** Writers that are killed while a server goes on. */
abstract class ServerCrashes extends StoreCrashes {

    abstract StoreServer server();

    @Override
    protected int rounds() {
        return Integer.getInteger("mtasts.crash.rounds", 40);
    }

    @Override
    protected boolean finishesWhatIsKilled() {
        return true;
    }

    @Override
    protected String place(int number) {
        return server().port() + " crash" + number;
    }
}
