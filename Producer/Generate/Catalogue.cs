namespace Producer.Generate;

/// <summary>What the shop sells and who buys: everything about a customer or an article follows from its rank.</summary>
internal static class Catalogue
{
    /// <summary>Articles there are.</summary>
    public const int Articles = 20_000;

    private static readonly string[] Currencies = ["EUR", "EUR", "EUR", "EUR", "USD", "USD", "GBP", "PLN", "CHF", "SEK"];
    private static readonly TimeSpan[] Offsets = [TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(-5)];
    private static readonly byte[][] Skus = [.. Enumerable.Range(0, Articles + 1).Select(Sku)];

    /// <summary>The article's number.</summary>
    public static ReadOnlySpan<byte> SkuOf(int article) => Skus[article];

    /// <summary>The article's price in ten-thousandths: mostly whole cents, some sold by the piece for less.</summary>
    public static long PriceOf(int article)
    {
        var hash = Prng.Hash((ulong)article);
        var isPiece = hash % 16 == 0;
        return isPiece ? 1 + (long)(hash / 16 % 9_999) : 100 * (49 + (long)(hash / 16 % 100 * (hash / 1_600 % 150)));
    }

    /// <summary>The customer's id. Now and then one is not ASCII, as names are.</summary>
    public static string CustomerOf(int customer) => customer % 97 == 0 ? $"Zoë-{customer:D7}" : $"C-{customer:D7}";

    /// <summary>The currency the customer pays in.</summary>
    public static string CurrencyOf(int customer) => Currencies[Prng.Hash((ulong)customer) % (ulong)Currencies.Length];

    /// <summary>How far the customer's clock is from UTC.</summary>
    public static TimeSpan OffsetOf(int customer) => Offsets[Prng.Hash((ulong)customer) / 16 % (ulong)Offsets.Length];

    private static byte[] Sku(int article) => System.Text.Encoding.UTF8.GetBytes($"SKU-{article:D5}");
}
