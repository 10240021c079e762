package wasmplugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A module may have a million imports, each with a name as long as the file.
const (
	maxProblems   = 50
	maxNameLength = 200
)

// validate answers why the module cannot serve the signal in the role, with all problems at once.
func validate(module wazero.CompiledModule, declared declarations, profile Profile, role Role, signal Signal) error {
	exports := module.ExportedFunctions()
	if findExport(exports, markerExport, profile) == "" {
		return &Error{Code: ABIMismatch, Message: noMarker(module, profile)}
	}
	problems := exportProblems(module, profile, role, signal)
	problems = append(problems, importProblems(module.ImportedFunctions(), declared, profile)...)
	if len(problems) == 0 {
		return nil
	}
	told := problems[:min(len(problems), maxProblems)]
	if more := len(problems) - len(told); more > 0 {
		told = append(slices.Clip(told), fmt.Sprintf("and %d more", more))
	}
	message := fmt.Sprintf("the guest cannot be a %s %s:\n  - %s", signal, role, strings.Join(told, "\n  - "))
	return &Error{Code: ABIMismatch, Message: message}
}

// findExport is the name under which the module exports the function, or "".
func findExport(exports map[string]api.FunctionDefinition, f function, profile Profile) string {
	for _, name := range f.names(profile) {
		if exports[name] != nil {
			return name
		}
	}
	return ""
}

func noMarker(module wazero.CompiledModule, profile Profile) string {
	exports := module.ExportedFunctions()
	isExperimental := slices.ContainsFunc(experimentalExports, func(name string) bool { return exports[name] != nil }) ||
		slices.ContainsFunc(module.ImportedFunctions(), func(imported api.FunctionDefinition) bool {
			_, name, _ := imported.Import()
			return slices.Contains(experimentalImports, name)
		})
	if isExperimental {
		return "the guest uses the retired experimental ABI of otelwasm (pull model): build it with an ABI v1 guest SDK"
	}
	return fmt.Sprintf("the guest exports no ABI marker (%s): it is not an otelwasm ABI v1 guest",
		strings.Join(markerExport.names(profile), " or "))
}

func exportProblems(module wazero.CompiledModule, profile Profile, role Role, signal Signal) []string {
	var problems []string
	exports := module.ExportedFunctions()
	if module.ExportedMemories()[memoryExport] == nil {
		problems = append(problems, `export "memory" is missing: expected a memory`)
	}
	wanted := requiredExports(role, signal)
	if findExport(exports, supportedExport, profile) != "" {
		wanted = append(wanted, supportedExport)
	}
	for _, f := range wanted {
		name := findExport(exports, f, profile)
		if name == "" {
			problems = append(problems, fmt.Sprintf("export %q is missing: expected %s",
				strings.Join(f.names(profile), `" or "`), f.signature()))
		} else if found := exports[name]; !isOf(found, f) {
			problems = append(problems, fmt.Sprintf("export %q is %s: expected %s", name, describe(found), f.signature()))
		}
	}
	return problems
}

func importProblems(imports []api.FunctionDefinition, declared declarations, profile Profile) []string {
	var problems []string
	for _, imported := range imports {
		module, name, _ := imported.Import()
		if module == wasiModule {
			continue
		}
		if !slices.Contains(profile.Modules, module) {
			problems = append(problems, notOffered(foreignImport{module, name, "function"}, profile))
		} else if offered, ok := offeredFunction(name, profile); !ok {
			problems = append(problems, fmt.Sprintf("import %s from %q is not a function that this host offers", cut(name), module))
		} else if !isOf(imported, offered) {
			problems = append(problems, fmt.Sprintf("import %s from %q is %s: expected %s",
				cut(name), module, describe(imported), offered.signature()))
		}
	}
	for _, foreign := range declared.foreign {
		problems = append(problems, notOffered(foreign, profile))
	}
	return problems
}

func notOffered(foreign foreignImport, profile Profile) string {
	return fmt.Sprintf("import %s from %s (a %s) is not offered: this host offers functions of %s, %s",
		cut(foreign.name), cut(foreign.module), foreign.kind, strings.Join(profile.Modules, ", "), wasiModule)
}

func cut(name string) string {
	if len(name) > maxNameLength {
		name = name[:maxNameLength] + "..."
	}
	return fmt.Sprintf("%q", name)
}

func isOf(found api.FunctionDefinition, f function) bool {
	return describe(found) == f.signature()
}

func describe(found api.FunctionDefinition) string {
	list := func(types []api.ValueType) string {
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = api.ValueTypeName(t)
		}
		return "(" + strings.Join(names, ", ") + ")"
	}
	return list(found.ParamTypes()) + " -> " + list(found.ResultTypes())
}
