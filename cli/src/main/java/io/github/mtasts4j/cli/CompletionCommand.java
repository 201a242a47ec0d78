// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mta-sts completion}. */
@Command(
        name = "completion",
        description = {
            "Write a script that lets bash or zsh complete this command.",
            "",
            "For one session: source <(mta-sts completion). For all: save it as /etc/bash_completion.d/mta-sts."
        })
final class CompletionCommand implements Callable<Integer> {

    private final Surroundings here;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private OutputOptions output = new OutputOptions();

    CompletionCommand(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("mta-sts", spec.root().commandLine());
        here.out().print(output.json() ? Json.object(json -> json.field("script", script)) + "\n" : script);
        here.out().flush();
        return ExitCode.OK;
    }
}
