namespace Worker.Intake.Decoding;

/// <summary>The rule that an order's total is what its lines add up to.</summary>
internal static class OrderTotal
{
    private const int UnitsInHundredth = 100;

    /// <summary>Whether <paramref name="total"/> is the sum, rounded half away from zero.</summary>
    /// <param name="total">In hundredths; not negative.</param>
    /// <param name="sum">In units of 1/10,000.</param>
    public static bool IsSum(long total, UInt128 sum) => Rounded(sum) == (UInt128)total;

    /// <summary>The sum in hundredths. Nothing is negative, so half away from zero is half up.</summary>
    public static UInt128 Rounded(UInt128 sum) => (sum + (UnitsInHundredth / 2)) / UnitsInHundredth;
}
