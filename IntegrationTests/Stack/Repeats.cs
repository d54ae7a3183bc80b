using System.Globalization;

namespace IntegrationTests.Stack;

/// <summary>How often a test does what may go well by chance. FAULT_REPEATS, a factor from 1 on, makes it more than every run can wait for.</summary>
internal static class Repeats
{
    private static readonly int Factor =
        int.TryParse(Environment.GetEnvironmentVariable("FAULT_REPEATS"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : 1;

    public static int Of(int usual) => usual * Factor;
}
