"""The recipe that made the bundled embedding model: public text in, a model folder of under 20 MB out.

The files follow the data: `tokenizer` learns the vocabulary, `pairs` turns the collections into pairs of
texts that belong together, `batches` holds them as token numbers and draws from them, `incidence` sums token
vectors quickly, `train_static` learns one vector for each token, `export` writes the folder,
`evaluate_static` measures it. `README.md` has the commands.
"""
