using System.CommandLine;
using Worker.Operations;

SocketCompletions.RunInline();

var parsed = WorkerCommands.Create().Parse(args);

// Signals are the host's: it drains for as long as Intake:ShutdownSeconds says, not for the parser's two seconds.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 ? exitCode : ExitCodes.Usage;
