package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.kamaelia.chassis.HandlerRefused;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.StepOverdue;
import org.kamaelia.control.AuditLost;
import org.kamaelia.control.Located;

class EventViewsTest {

    /** The first four are kept in another form, the last is a record of which only the log may tell. */
    private static final Set<Class<?>> NOT_TOLD =
            Set.of(ComponentFailed.class, HandlerRefused.class, StepOverdue.class, Located.class, AuditLost.class);

    @Test
    void everyEventThereIsIsTold() throws Exception {
        List<String> events = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.kamaelia").stream()
                        .filter(each -> each.isAssignableTo(Event.class) && !each.isInterface())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(events).hasSizeGreaterThan(10);

        Set<String> told = EventViews.classes().stream().map(Class::getName).collect(Collectors.toSet());
        assertThat(events)
                .allMatch(name -> told.contains(name)
                        || NOT_TOLD.stream().anyMatch(each -> each.getName().equals(name)));
    }

    @Test
    void everyTypeIsDescribed() throws IOException {
        String contract = Files.readString(Path.of("openapi.yaml"));

        assertThat(EventViews.types()).allMatch(type -> contract.contains("`" + type + "`"));
    }
}
