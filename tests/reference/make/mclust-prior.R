# Log-likelihoods of mclust with its default conjugate prior, G = 1..4, on R's own iris and faithful:
#   Rscript tests/reference/make/mclust-prior.R > tests/reference/mclust-prior.json
# Debian 12: r-base-core 4.2.2, r-cran-mclust 6.0.0. Raw columns, default start; the prior's own density is not in the likelihood.
suppressMessages(library(mclust))
models <- c("EII", "VII", "EEI", "VVI", "EEE", "VVV")
of <- function(X) paste0("{", paste(sapply(models, function(m) sprintf('"%s":[%s]', m, paste(sapply(1:4, function(g)
  format(Mclust(X, G = g, modelNames = m, prior = priorControl(), verbose = FALSE)$loglik, digits = 15)), collapse = ","))), collapse = ","), "}")
cat(sprintf('{"versions":{"R":"%s","mclust":"%s"},"iris":%s,"faithful":%s}\n', getRversion(), packageVersion("mclust"), of(iris[, 1:4]), of(faithful)))
