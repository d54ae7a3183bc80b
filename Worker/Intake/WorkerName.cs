using System.Globalization;

namespace Worker.Intake;

/// <summary>This process's name, in the broker's list of connections and in the rows that say who wrote them.</summary>
/// <param name="Value">Host name and process id.</param>
internal sealed record WorkerName(string Value)
{
    public static WorkerName OfThisProcess() =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"));
}
