using System.Globalization;
using System.Text;

namespace Worker.Operations.Profiling;

/// <summary>Where managed code spends its time, from the stacks that were seen. No I/O.</summary>
internal static class CpuReport
{
    private const int MostMethods = 40;

    /// <summary>The methods with the most time, as a table.</summary>
    /// <param name="stacks">What was seen.</param>
    /// <param name="length">For how long.</param>
    public static string Top(IReadOnlyList<SampledStack> stacks, TimeSpan length)
    {
        var (self, total) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        foreach (var stack in stacks.Where(stack => stack.IsManaged))
        {
            self[stack.Frames[0]] = self.GetValueOrDefault(stack.Frames[0]) + stack.Count;
            foreach (var method in stack.Frames.Distinct())
            {
                total[method] = total.GetValueOrDefault(method) + stack.Count;
            }
        }

        // Every look sees every thread, so the thread that was there all the time tells how many looks there were.
        var managed = self.Values.Sum();
        var looks = stacks.GroupBy(stack => stack.Thread).Select(thread => thread.Sum(stack => stack.Count)).DefaultIfEmpty(1).Max();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.#} s, {looks:N0} looks: on average {(double)managed / looks:0.00} threads ran managed code.\n");
        text.Append("Time in the kernel and in native code is not seen here; `perf` shows it.\n\n  self %  total %  method\n");
        foreach (var (method, count) in total.OrderByDescending(method => self.GetValueOrDefault(method.Key)).ThenByDescending(method => method.Value).Take(MostMethods))
        {
            text.Append(CultureInfo.InvariantCulture, $"{100.0 * self.GetValueOrDefault(method) / managed,8:0.0} {100.0 * count / managed,8:0.0}  {method}\n");
        }

        return text.ToString();
    }

    /// <summary>Every stack with its count, the outermost method first: what flame graphs are drawn from.</summary>
    public static string Folded(IReadOnlyList<SampledStack> stacks)
    {
        var text = new StringBuilder();
        foreach (var stack in stacks.Where(stack => stack.IsManaged).GroupBy(stack => string.Join(';', stack.Frames.Reverse())).OrderBy(stack => stack.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{stack.Key} {stack.Sum(one => one.Count)}\n");
        }

        return text.ToString();
    }
}
