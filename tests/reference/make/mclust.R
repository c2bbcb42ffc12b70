# Classes of mclust for every covariance model and G = 1..9 on R's own iris and faithful, whose rows are those of the shared sets:
#   Rscript tests/reference/make/mclust.R > tests/reference/mclust-classes.json
# One text per model and G, one digit per row, by component in mclust's order; null where the model could not be fitted.
# Debian 12: r-base-core 4.2.2, r-cran-mclust 6.0.0. Raw columns, default start (model-based agglomeration).
suppressMessages(library(mclust))
classes <- function(X) {
  models <- mclust.options("emModelNames")
  lapply(setNames(models, models), function(m) lapply(1:9, function(g) {
    fit <- suppressWarnings(tryCatch(Mclust(X, G = g, modelNames = m, verbose = FALSE), error = function(e) NULL))
    if (is.null(fit)) NULL else paste(fit$classification, collapse = "")
  }))
}
quoted <- function(x) if (is.null(x)) "null" else paste0('"', x, '"')
of <- function(sets) paste0("{", paste(sprintf('"%s":[%s]', names(sets), sapply(sets, function(v) paste(sapply(v, quoted), collapse = ","))), collapse = ","), "}")
set.seed(1)
cat(sprintf('{"versions":{"R":"%s","mclust":"%s"},"iris":%s,"faithful":%s}\n', getRversion(), packageVersion("mclust"), of(classes(iris[, 1:4])), of(classes(faithful))))
