using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Worker.Operations.Profiling;

/// <summary>What the heap holds after a full collection. No I/O.</summary>
internal static partial class HeapReport
{
    private const int MostTypes = 60;
    private const double Megabyte = 1024 * 1024;

    /// <summary>The types with the most bytes.</summary>
    public static string Types(IReadOnlyList<HeapType> types, GCMemoryInfo collection)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"""
            {types.Sum(type => type.Bytes) / Megabyte:0.0} MB in {types.Sum(type => type.Objects):N0} objects are alive.
            {collection.TotalCommittedBytes / Megabyte:0.0} MB committed, {collection.FragmentedBytes / Megabyte:0.0} MB of them between objects; {collection.PinnedObjectsCount} objects pinned, {collection.FinalizationPendingCount} wait for their finalizer.
            Collections have taken {collection.PauseTimePercentage:0.00} % of the time so far.

                  MB   objects  type

            """);
        foreach (var type in types.OrderByDescending(type => type.Bytes).Take(MostTypes))
        {
            text.Append(CultureInfo.InvariantCulture, $"{type.Bytes / Megabyte,8:0.00} {type.Objects,9:N0}  {type.Name}\n");
        }

        return text.ToString();
    }

    /// <summary>The asynchronous methods that are under way: each one that waits has its state on the heap.</summary>
    public static string Tasks(IReadOnlyList<HeapType> types)
    {
        var waiting = types
            .Select(type => (Method: MethodOf(type.Name), type.Objects))
            .Where(method => method.Method is not null)
            .GroupBy(method => method.Method!, (method, all) => (Method: method, Objects: all.Sum(one => one.Objects)))
            .OrderByDescending(method => method.Objects).ThenBy(method => method.Method, StringComparer.Ordinal)
            .ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{waiting.Sum(method => method.Objects):N0} asynchronous methods are under way\n\n");
        foreach (var (method, objects) in waiting)
        {
            text.Append(CultureInfo.InvariantCulture, $"{objects,9:N0}  {method}\n");
        }

        return text.ToString();
    }

    // AsyncStateMachineBox`1[System.Threading.Tasks.VoidTaskResult,Worker.Intake.Lane+<RunAsync>d__12] is Worker.Intake.Lane.RunAsync.
    private static string? MethodOf(string type)
    {
        var box = type.IndexOf("StateMachineBox`1[", StringComparison.Ordinal);
        return box < 0 ? null : StateMachine().Replace(LastArgument(type[type.IndexOf('[', box)..]), ".$1");
    }

    // The ones before it may have arguments of their own.
    private static string LastArgument(string arguments)
    {
        var (depth, begin) = (0, 1);
        for (var i = 1; i < arguments.Length - 1; i++)
        {
            depth += arguments[i] switch { '[' => 1, ']' => -1, _ => 0 };
            begin = depth == 0 && arguments[i] == ',' ? i + 1 : begin;
        }

        return arguments[begin..^1];
    }

    [GeneratedRegex(@"\+<(\w+)>d__\d+")]
    private static partial Regex StateMachine();
}
