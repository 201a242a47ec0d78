// SPDX-License-Identifier: Apache-2.0

/** What the journal of counts and the queue of reports both keep their files in. Not exported. */
@NullMarked
package io.github.mtasts4j.tlsreport.disk;

import org.jspecify.annotations.NullMarked;
