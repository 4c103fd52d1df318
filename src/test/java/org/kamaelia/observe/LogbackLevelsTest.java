package org.kamaelia.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.LogLevels;
import org.kamaelia.control.LogLevels.Level;
import org.kamaelia.control.LogLevels.LoggerView;
import org.slf4j.LoggerFactory;

/** What the log tells, changed while it runs. */
class LogbackLevelsTest {
    private static final String PARENT = "org.kamaelia.levels";
    private static final String CHILD = PARENT + ".child";

    private final LogLevels levels = LogbackLevels.find();

    @AfterEach
    void asItWas() {
        levels.level(PARENT, null);
    }

    @Test
    void aLevelIsForThoseThatDescendFromItTooAndIsGivenBack() {
        Level before = levels.find(CHILD).effective();

        levels.level(PARENT, Level.ERROR);

        assertThat(levels.find(PARENT)).isEqualTo(new LoggerView(PARENT, Level.ERROR, Level.ERROR));
        assertThat(levels.find(CHILD)).isEqualTo(new LoggerView(CHILD, null, Level.ERROR));
        assertThat(LoggerFactory.getLogger(CHILD).isWarnEnabled()).isFalse();
        assertThat(levels.all()).contains(new LoggerView(PARENT, Level.ERROR, Level.ERROR));

        levels.level(PARENT, null);

        assertThat(levels.find(CHILD).effective()).isEqualTo(before);
    }

    @Test
    void toLookAtALoggerOrToInheritDoesNotMakeIt() {
        String absent = PARENT + ".absent";

        levels.level(absent, null);
        LoggerView unused = levels.find(absent);

        assertThat(levels.all()).extracting(LoggerView::name).doesNotContain(absent);
    }

    @Test
    void theRootHasNoParentToInheritFrom() {
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(() -> levels.level("ROOT", null))
                .withMessageContaining("use one of [off, error");
    }

    @Test
    void withoutLogbackItIsSaidThatThereIsNothingToChange() {
        assertThatExceptionOfType(ControlFailure.class)
                .isThrownBy(LogLevels.NONE::all)
                .withMessageContaining("does not log by Logback");
    }
}
