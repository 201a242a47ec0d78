// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import java.util.Optional;

/**
 * One thing that was found.
 *
 * @param kind which; its name is the id
 * @param severity how bad it is here
 * @param subject the host or the name it is about
 * @param detail what is the matter, one printable line
 * @param place where in the policy or the record, if it is there
 */
public record Finding(FindingKind kind, Severity severity, String subject, String detail, Optional<Place> place) {

    /**
     * A finding of the severity that its kind has.
     *
     * @param kind which
     * @param subject what it is about
     * @param detail what is the matter
     * @return the finding
     */
    public static Finding of(FindingKind kind, Object subject, String detail) {
        return new Finding(kind, kind.severity(), subject.toString(), detail, Optional.empty());
    }

    /**
     * The same in a certain place.
     *
     * @param where the place
     * @return another finding
     */
    public Finding at(Place where) {
        return new Finding(kind, severity, subject, detail, Optional.of(where));
    }

    /**
     * The same, as bad as it is under the circumstances.
     *
     * @param other how bad
     * @return another finding
     */
    public Finding as(Severity other) {
        return new Finding(kind, other, subject, detail, place);
    }
}
