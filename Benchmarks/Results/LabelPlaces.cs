namespace Benchmarks.Results;

/// <summary>Puts labels where they belong, or as near to that as leaves all of them legible.</summary>
internal static class LabelPlaces
{
    /// <param name="wanted">Where each would like to be, in any order.</param>
    /// <param name="distance">The least from one to the next.</param>
    /// <param name="top">The smallest place there is.</param>
    /// <param name="bottom">The largest.</param>
    /// <returns>A place for each. Whoever was above another stays above it.</returns>
    public static double[] Spread(IReadOnlyList<double> wanted, double distance, double top, double bottom)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(label => wanted[label])];
        var places = new double[wanted.Count];

        // Downwards as far as needed, then back up where that went too far.
        var least = top;
        foreach (var label in order)
        {
            places[label] = Math.Max(wanted[label], least);
            least = places[label] + distance;
        }

        var most = bottom;
        foreach (var label in order.Reverse())
        {
            places[label] = Math.Min(places[label], most);
            most = places[label] - distance;
        }

        return places;
    }
}
