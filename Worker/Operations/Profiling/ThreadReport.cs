using System.Globalization;
using System.Text;

namespace Worker.Operations.Profiling;

/// <summary>What every thread was last seen doing; threads with the same stack together. No I/O.</summary>
internal static class ThreadReport
{
    /// <param name="stacks">What was seen.</param>
    /// <param name="nameOf">A thread's name; empty when it has none.</param>
    public static string Of(IReadOnlyList<SampledStack> stacks, Func<int, string> nameOf)
    {
        var threads = stacks.GroupBy(stack => stack.Thread).Select(thread => thread.MaxBy(stack => stack.LastLook)!).ToList();
        var groups = threads.GroupBy(thread => (thread.IsManaged, Stack: string.Join('\n', thread.Frames)))
            .OrderByDescending(group => group.Key.IsManaged).ThenByDescending(group => group.Count());
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{threads.Count} threads with managed code\n");
        foreach (var group in groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{group.Count()} x {(group.Key.IsManaged ? "running" : "waiting, or in native code")}: ");
            text.AppendJoin(", ", group.Select(thread => $"{thread.Thread} {nameOf(thread.Thread)}".TrimEnd()));
            text.Append('\n');
            foreach (var frame in group.First().Frames)
            {
                text.Append("    ").Append(frame).Append('\n');
            }
        }

        return text.ToString();
    }
}
