// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * What came of reading a stranger's text: a value, or the reason why there is none. Never an exception.
 *
 * @param <T> the type of the value
 */
public sealed interface Parsed<T> {

    /**
     * The text was well-formed.
     *
     * @param value what it said
     * @param <T> the type of the value
     */
    record Ok<T>(T value) implements Parsed<T> {}

    /**
     * The text was not well-formed, and nothing of it is used.
     *
     * @param defect what is wrong, out of a fixed vocabulary
     * @param line the line the defect was found in, counted from 1; 0 where the text as a whole is at fault
     * @param detail one printable line for a person; a stranger's text in it is escaped and shortened
     * @param <T> the type of the value that could not be made
     */
    record Malformed<T>(Defect defect, int line, String detail) implements Parsed<T> {

        /**
         * The same defect as the outcome of another parser.
         *
         * @param <U> the type that parser would have made
         * @return this, for another type
         */
        <U> Malformed<U> as() {
            return new Malformed<>(defect, line, detail);
        }
    }

    /**
     * The value, if there is one.
     *
     * @return the value, or empty for {@link Malformed}
     */
    default Optional<T> asOptional() {
        return this instanceof Ok<T> ok ? Optional.of(ok.value) : Optional.empty();
    }

    /**
     * The value, for texts that are known to be well-formed.
     *
     * @return the value
     * @throws NoSuchElementException for {@link Malformed}, with its detail
     */
    default T orElseThrow() {
        if (this instanceof Ok<T> ok) {
            return ok.value;
        }
        Malformed<T> malformed = (Malformed<T>) this;
        throw new NoSuchElementException(malformed.defect.code() + ": " + malformed.detail);
    }

    /**
     * Goes on with the value where there is one.
     *
     * @param next what to do with it
     * @param <U> the type of the next outcome
     * @return the next outcome, or this defect
     */
    default <U> Parsed<U> then(Function<? super T, Parsed<U>> next) {
        return this instanceof Ok<T> ok ? next.apply(ok.value) : ((Malformed<T>) this).as();
    }
}
