// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

/** Why a connection ended. */
enum ConnectionEnd {
    /** Postfix has hung up. */
    CLOSED_BY_PEER,
    /** What came was no netstring, or a longer one than Postfix sends. */
    MALFORMED,
    /** Nothing came for too long, or a request did not end, or the reply was not read. */
    OVERDUE,
    /** It was waiting for a request, and its place was needed. */
    EVICTED,
    /** There was no place for it. */
    TURNED_AWAY,
    /** The server has stopped. */
    STOPPED
}
