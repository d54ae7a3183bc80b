using System.CommandLine;
using Infrastructure.RabbitMq;
using Worker.Operations;

SocketCompletions.RunInline();
HeartbeatTimerFaults.Contain();

var parsed = WorkerCommands.Create().Parse(args);

// Signals are the host's: it drains for as long as Intake:ShutdownSeconds says, not for the parser's two seconds.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 ? exitCode : ExitCodes.Usage;
