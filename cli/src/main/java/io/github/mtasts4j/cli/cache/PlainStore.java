// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shared store that says in one line why it fails, for whoever sits at the keyboard. It remembers the first policy that it has not kept. */
final class PlainStore implements PolicyStore {

    private static final int LONGEST = 300;

    private final PolicyStore store;
    private final String name;
    private final AtomicReference<@Nullable Refusal> unkept = new AtomicReference<>();

    PlainStore(PolicyStore store, String name) {
        this.store = store;
        this.name = name;
    }

    @Override
    public Optional<CachedPolicy> find(DomainName domain) {
        return plainly(() -> store.find(domain));
    }

    @Override
    public boolean save(CachedPolicy policy) {
        try {
            return plainly(() -> store.save(policy));
        } catch (Refusal e) {
            unkept.compareAndSet(null, e);
            throw e;
        }
    }

    @Override
    public void remove(DomainName domain) {
        boolean unused = plainly(() -> {
            store.remove(domain);
            return true;
        });
    }

    @Override
    public void scan(Consumer<? super CachedPolicy> each) {
        boolean unused = plainly(() -> {
            store.scan(each);
            return true;
        });
    }

    @Override
    public boolean mayRefresh(DomainName domain, Duration term) {
        return plainly(() -> store.mayRefresh(domain, term));
    }

    @Override
    public Watch watch(Observer observer) {
        return store.watch(observer);
    }

    /** To be asked when everything should be there. */
    void requireKept() {
        Refusal first = unkept.get();
        if (first != null) {
            throw first;
        }
    }

    private <T> T plainly(Supplier<T> question) {
        try {
            return question.get();
        } catch (Refusal e) {
            throw e;
        } catch (RuntimeException e) {
            throw refusal(name, e);
        }
    }

    static Refusal refusal(String name, RuntimeException failure) {
        return new Refusal("the store " + name + " failed: " + why(failure), failure);
    }

    /** What the driver says, since pools and we ourselves say less; and the socket, where the driver only says that it failed. */
    private static String why(Throwable failure) {
        Throwable said = failure;
        Throwable cause = said.getCause();
        while (cause != null && cause.getMessage() != null && !(cause instanceof IOException)) {
            said = cause;
            cause = said.getCause();
        }
        String more = cause instanceof IOException && !(cause instanceof ConnectException)
                ? " (" + cause.getClass().getSimpleName() + ": " + firstLine(cause) + ")"
                : "";
        return RemoteText.safe(firstLine(said) + more, LONGEST);
    }

    private static String firstLine(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .flatMap(text -> text.lines().findFirst())
                .orElse(failure.getClass().getSimpleName());
    }
}
