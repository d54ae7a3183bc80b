namespace Benchmarks.Servers;

/// <summary>Waits until processes have done what they had left to do, so that nobody is measured with another's work.</summary>
internal static class Rest
{
    private const double IdleShare = 0.05;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until all of them together use less than 5 % of a core for a second, a minute at most.</summary>
    /// <returns>Whether they came to rest.</returns>
    public static async Task<bool> ComesAsync(Func<TimeSpan> cpu, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < Patience)
        {
            var (before, since) = (cpu(), time.GetTimestamp());
            await Task.Delay(Look, time, cancellationToken);
            if (cpu() - before < IdleShare * time.GetElapsedTime(since))
            {
                return true;
            }
        }

        return false;
    }
}
